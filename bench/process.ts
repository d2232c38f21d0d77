/** CPU time and memory of a process that somebody else starts and ends. */
import { readdir, readFile } from "node:fs/promises";

/** What a process has used. */
export interface Usage {
  /** CPU seconds. */
  cpu: number;
  /** The most memory it had at once, in MB (10^6 bytes). */
  peakMegabytes: number;
}

/** Linux counts in hundredths of a second towards programs, whatever it does inside. */
const TICKS_PER_SECOND = 100;
const INTERVAL_MS = 50;

/** Reads a process's use from its files in /proc; undefined for one that has ended and is only waited for. */
export function parseUsage(stat: string, status: string): Usage | undefined {
  // The name may hold blanks and parentheses, so that fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  if (peak === undefined || Number.isNaN(user) || Number.isNaN(system)) return undefined;
  return { cpu: (user + system) / TICKS_PER_SECOND, peakMegabytes: (Number(peak) * 1024) / 1e6 };
}

async function find(words: string): Promise<string | undefined> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const argv = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
    if (argv[0]?.endsWith("node") && argv.some((word) => word.endsWith(words))) return pid;
  }
  return undefined;
}

/**
 * Looks for a Node.js process with an argument that ends in `words`, and then at what it uses until it ends. What it does in its last 50 ms is missed.
 */
export function watchProcess(words: string): { stop(): Promise<Usage | undefined> } {
  let pid: string | undefined;
  let last: Usage | undefined;
  let ended = false;
  const look = async () => {
    while (!ended) {
      pid ??= await find(words);
      if (pid !== undefined) {
        const files = [`/proc/${pid}/stat`, `/proc/${pid}/status`].map((file) => readFile(file, "utf8"));
        const read = await Promise.all(files).catch(() => undefined);
        last = (read && parseUsage(read[0] ?? "", read[1] ?? "")) ?? last;
      }
      await new Promise((wake) => setTimeout(wake, INTERVAL_MS));
    }
    return last;
  };
  const looking = look();
  return {
    stop: () => {
      ended = true;
      return looking;
    },
  };
}
