/**
 * Stands between the plugin and its host's sshd and hands on what they send, piece by piece. Its arguments are host and port; it prints its own port
 * first. A line "ENGINE MODE N" on stdin, one for each run, tells at which piece to kill by SIGKILL what: the `engine`, its `plugin` only, or
 * nothing but the `connection`; then it prints "killed". The plugin's last piece is lost, or the last that its host has got of it, by turns. "count" makes it print how many pieces there
 * were since the last such line.
 */
import { readdirSync, readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

const [host = "", port = "22"] = process.argv.slice(2);
const sockets = new Set<Socket>();
let pieces = 0;
let engine = 0;
let mode: "engine" | "plugin" | "connection" = "engine";
let at = 0;

/** The plugins that a process or one of its children started. */
function pluginsOf(ancestor: number): number[] {
  const parents = new Map<number, number>();
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    try {
      parents.set(
        pid,
        Number(
          readFileSync(`/proc/${pid}/stat`, "utf8")
            .replace(/^.*\) /s, "")
            .split(" ")[1],
        ),
      );
    } catch {}
  }
  const below = (pid: number): boolean => pid === ancestor || (pid > 1 && below(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(
    (pid) => below(pid) && pid !== ancestor && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("plugin-host.js"),
  );
}

/** Counts a piece, and kills where it is time to. */
function pass(piece: Buffer, to: Socket): void {
  pieces += 1;
  const now = at > 0 && pieces >= at;
  if (now) {
    at = 0;
    for (const pid of mode === "plugin" ? pluginsOf(engine) : mode === "engine" ? [engine] : []) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {}
    }
    process.stdout.write("killed\n");
  }
  // An engine's plugin lives on for a moment.
  if (!now || mode === "engine" || pieces % 2 === 0) to.write(piece);
  if (now && mode !== "engine") for (const socket of sockets) socket.end();
}

const server = createServer((near) => {
  const far = connect(Number(port), host);
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    sockets.add(from);
    from.setNoDelay(true);
    from.on("data", (piece) => pass(piece, to));
    from.on("error", () => to.destroy());
    from.on("close", () => {
      sockets.delete(from);
      to.end();
    });
  }
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : ""}\n`);
});
createInterface({ input: process.stdin })
  .on("line", (line) => {
    if (line === "count") process.stdout.write(`${pieces}\n`);
    const [pid, how, n] = line.split(" ");
    if (n === undefined) return;
    [engine, mode, at, pieces] = [Number(pid), how as typeof mode, Number(n), 0];
  })
  .on("close", () => process.exit(0));
