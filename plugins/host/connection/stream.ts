import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ClientChannel } from "ssh2";
import { type Answer, quote, type Script } from "./command";

const HEAD = `set -eu; export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
die() { printf '%s\\n' "$*" >&2; exit 1; }
`;

/** A script with its arguments as a program whose stdin is free for a stream. */
export function streamProgram(script: Script, args: readonly string[]): string {
  return `${HEAD}set -- ${args.map(quote).join(" ")}\n${script.body}\n`;
}

/** Sends a stream to a program that runs, and gives what came of it. */
export function feed(channel: ClientChannel, input: Readable, timeoutSeconds: number): Promise<Answer> {
  return new Promise((resolve) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const timer = setTimeout(() => {
      channel.close();
      resolve({ exitCode: 255, stdout: "", stderr: `no end within ${timeoutSeconds} s` });
    }, timeoutSeconds * 1000);
    channel.on("data", (piece: Buffer) => out.push(piece));
    channel.stderr.on("data", (piece: Buffer) => err.push(piece));
    channel.on("close", (code: number | null) => {
      clearTimeout(timer);
      const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(err).toString()];
      resolve({ exitCode: code ?? 255, stdout, stderr });
    });
    // A command that ends before it has read everything tells why by its exit code, which "close" reports.
    pipeline(input, channel.stdin).catch(() => undefined);
  });
}
