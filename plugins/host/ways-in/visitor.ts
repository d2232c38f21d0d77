import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Box } from "../../../box/api";
import { checkout } from "../../../box/paths";
import type { Errand, Order, Outcome } from "./visit";

/** A process in the box's admin namespace that goes to hosts by the plugin's own connection, without Pulumi. */
export class Visitor {
  private readonly waiting = new Map<number, (result: never) => void>();
  private last = 0;

  private constructor(private readonly child: ChildProcessByStdio<Writable, Readable, null>) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { id, result } = JSON.parse(line) as { id: number; result: never };
      this.waiting.get(id)?.(result);
      this.waiting.delete(id);
    });
  }

  /** @param names lines for its /etc/hosts. */
  static start(box: Box, names: readonly string[] = []): Visitor {
    // The namespace's mounts are its own, so that the machine's file stays as it is.
    const script = `file=$(mktemp) && { cat /etc/hosts; printf '%s\\n' "$@"; } >"$file" && mount --bind "$file" /etc/hosts && rm "$file"
      exec "$0" --import tsx plugins/host/ways-in/visit.ts`;
    const [command, ...prefix] = [...box.netns("admin").prefix, "sh", "-c", script, process.execPath, ...names];
    const child = spawn(command ?? "", prefix, { cwd: checkout, stdio: ["pipe", "pipe", "inherit"] });
    return new Visitor(child);
  }

  /** Goes to a host, runs commands there at once, and leaves unless told to `stay`. A host is known by its name as long as one stays. */
  visit(
    host: string,
    configuration: object,
    errands: (Errand | string)[],
    { stay = false, env = {} }: { stay?: boolean; env?: Record<string, string> } = {},
  ): Promise<Outcome[]> {
    const list = errands.map((errand) => (typeof errand === "string" ? { body: errand } : errand));
    return this.order({ host, configuration: { ...configuration }, errands: list, close: !stay, env });
  }

  /** Listens on a port of the namespace's 127.0.0.1 and says something to whoever connects. */
  listen(words: string): Promise<number> {
    return this.order({ say: words });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("close", resolve));
    this.child.kill();
    await ended;
  }

  private order<T>(order: Omit<Order, "id">): Promise<T> {
    const id = ++this.last;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve as (result: never) => void);
      this.child.stdin.write(`${JSON.stringify({ ...order, id })}\n`);
    });
  }
}

/** What one command printed, or the error. */
export function told([outcome]: Outcome[]): string {
  if (outcome === undefined) return "nothing was asked";
  return outcome.error ?? outcome.stdout + outcome.stderr;
}
