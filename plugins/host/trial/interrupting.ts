import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { build } from "esbuild";
import type { Box } from "../../../box/api";
import { checkout } from "../../../box/paths";
import { pluginBundling } from "../../../scripts/bundling";

/** What is killed: the engine, its plugin under it, or only the plugin's connection. */
export type Victim = "engine" | "plugin" | "connection";

/** A proxy to a host's sshd that kills Pulumi at a chosen piece of what goes over it. */
export class Interrupting {
  private readonly lines: Interface;

  private constructor(
    private readonly proxy: ChildProcessByStdio<Writable, Readable, null>,
    /** Where it listens in the namespace that Pulumi runs in, on 127.0.0.1. */
    readonly port: number,
    lines: Interface,
  ) {
    this.lines = lines;
  }

  static async start(box: Box, address: string): Promise<Interrupting> {
    const outfile = join(checkout, "dist/host-trial-proxy.js");
    await build({ ...pluginBundling, entryPoints: [join(checkout, "plugins/host/trial/proxy.ts")], outfile });
    const [enter = "", ...rest] = [...box.netns(box.site.admin).prefix, "node", outfile, address, "22"];
    const proxy = spawn(enter, rest, { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: proxy.stdout });
    const [port] = (await once(lines, "line")) as [string];
    return new Interrupting(proxy, Number(port), lines);
  }

  /** Counts anew, and kills at the Nth piece; 0: never. */
  aim(engine: number, victim: Victim, piece: number): void {
    this.proxy.stdin.write(`${engine} ${victim} ${piece}\n`);
  }

  /** Resolves when it has killed. */
  async killed(): Promise<void> {
    for await (const [line] of eventsOf(this.lines)) if (line === "killed") return;
  }

  /** How many pieces there were since it was aimed. */
  async count(): Promise<number> {
    this.proxy.stdin.write("count\n");
    const [line] = (await once(this.lines, "line")) as [string];
    return Number(line);
  }

  end(): void {
    this.proxy.stdin.end();
  }
}

async function* eventsOf(lines: Interface): AsyncGenerator<[string]> {
  for (;;) yield (await once(lines, "line")) as [string];
}
