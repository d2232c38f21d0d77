import { spawn } from "node:child_process";
import { Duplex, PassThrough } from "node:stream";
import type { Way } from "../../plugins/host/connection/dial";
import { Failure } from "../../plugins/rpc/failure";
import { spellTarget, type Target } from "./target";

/** The way through a jump host by this machine's own ssh: its keys, its agent, its known_hosts. */
export function throughSsh(jump: Target): NonNullable<Way["via"]> {
  const open = async (address: string, port: number): Promise<Duplex> => {
    const account = jump.user === undefined ? jump.address : `${jump.user}@${jump.address}`;
    const there = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
    const batch = `BatchMode=${process.stdin.isTTY ? "no" : "yes"}`;
    const child = spawn("ssh", ["-o", batch, "-p", String(jump.port), "-W", there, "--", account], { stdio: "pipe" });
    let words = "";
    child.stderr.on("data", (piece: Buffer) => {
      words += piece.toString();
    });
    // Ends when ssh has told why, not before.
    const readable = child.stdout.pipe(new PassThrough(), { end: false });
    const stream = Duplex.from({ readable, writable: child.stdin });
    const fail = (reason: string) =>
      stream.destroy(new Failure(`the jump host ${spellTarget(jump.address, jump.port)}: ${reason}`));
    child.on("error", (error) => fail(`ssh did not start (${error.message}).`));
    child.on("close", (code) => (code === 0 ? readable.end() : fail(explained(words.trim(), jump, code))));
    stream.on("close", () => child.kill());
    return stream;
  };
  return { address: jump.address, open };
}

function explained(words: string, { address, port }: Target, code: number | null): string {
  if (/host key verification failed/i.test(words))
    return `${words} This machine's known_hosts has no key of it: compare it first (npm run doctor -- host-key ${spellTarget(address, port)}), then ssh there once.`;
  return words || `ssh ended with ${code}.`;
}
