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
const INTERVAL_MS = 100;

/** Reads a process's use from its files in /proc; undefined for one that has ended and is only waited for. */
export function parseUsage(stat: string, status: string): Usage | undefined {
  // The name may hold blanks and parentheses, so that fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  if (peak === undefined || Number.isNaN(user) || Number.isNaN(system)) return undefined;
  return { cpu: (user + system) / TICKS_PER_SECOND, peakMegabytes: (Number(peak) * 1024) / 1e6 };
}

async function find(words: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const argv = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
      return argv[0]?.endsWith("node") && argv.some((word) => word.endsWith(words)) ? [pid] : [];
    }),
  );
  return found.flat();
}

/** What several processes have used together: all their time, and the memory of the largest. */
export function together(usages: readonly Usage[]): Usage | undefined {
  if (usages.length === 0) return undefined;
  return {
    cpu: usages.reduce((sum, { cpu }) => sum + cpu, 0),
    peakMegabytes: Math.max(...usages.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

/**
 * Looks for Node.js processes with an argument that ends in `words`, and at what they use until they end: an engine starts a plugin again for
 * what is in the state already. What they do in their last moments is missed.
 */
export function watchProcess(words: string): { stop(): Promise<Usage | undefined> } {
  const usages = new Map<string, Usage>();
  let ended = false;
  const look = async () => {
    while (!ended) {
      for (const pid of await find(words)) {
        const files = [`/proc/${pid}/stat`, `/proc/${pid}/status`].map((file) => readFile(file, "utf8"));
        const read = await Promise.all(files).catch(() => undefined);
        const usage = read && parseUsage(read[0] ?? "", read[1] ?? "");
        if (usage !== undefined) usages.set(pid, usage);
      }
      await new Promise((wake) => setTimeout(wake, INTERVAL_MS));
    }
    return together([...usages.values()]);
  };
  const looking = look();
  return {
    stop: () => {
      ended = true;
      return looking;
    },
  };
}
