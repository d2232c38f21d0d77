/** Runs a contestant's command and tells what it cost: here, on the host, and in a process of interest. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { type Usage, watchProcess } from "./process";

/** What one run cost. */
export interface Cost {
  seconds: number;
  /** CPU seconds on this machine, of the command and the processes it waited for. */
  cpu: number;
  /** CPU seconds on the host. */
  hostCpu: number;
  /** Of the process that was asked for. */
  process?: Usage;
}

/** Reads "real user system", as bash prints its TIMEFORMAT "%R %U %S". */
export function parseTimes(text: string): Pick<Cost, "seconds" | "cpu"> {
  const numbers = text.trim().split(/\s+/).map(Number);
  const [real, user, system] = numbers;
  if (
    numbers.length !== 3 ||
    real === undefined ||
    user === undefined ||
    system === undefined ||
    numbers.some(Number.isNaN)
  )
    throw new Error(`these are no times: ${JSON.stringify(text)}`);
  return { seconds: real, cpu: user + system };
}

export interface Execution {
  argv: readonly string[];
  cwd?: string;
  env?: Record<string, string>;
  /** A file handed to it as stdin. */
  input?: string;
  /** Part of the command line of a process to watch. */
  watch?: string;
}

const TIMED = 'exec 3>"$0"; TIMEFORMAT="%R %U %S"; { time "$@" 2>&4; } 4>&2 2>&3';

/**
 * Runs a command to its end.
 * @param hostCpu reads the host's CPU seconds so far
 * @throws Error with the end of its output when it fails
 */
export async function measure(
  { argv, cwd, env, input, watch }: Execution,
  hostCpu: () => Promise<number>,
): Promise<Cost & { output: string }> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const times = join(directory, "times");
  const watched = watch === undefined ? undefined : watchProcess(watch);
  try {
    const before = await hostCpu();
    const result = await execa("bash", ["-c", TIMED, times, ...argv], {
      cwd,
      env,
      all: true,
      reject: false,
      timeout: 1_200_000,
      maxBuffer: 64 * 1024 * 1024,
      ...(input === undefined ? { stdin: "ignore" as const } : { inputFile: input }),
    });
    const usage = await watched?.stop();
    if (result.exitCode !== 0)
      throw new Error(`${argv.join(" ").slice(0, 300)} failed (${result.exitCode}):\n${result.all.slice(-3000)}`);
    const cost = { ...parseTimes(await readFile(times, "utf8")), hostCpu: (await hostCpu()) - before };
    return { ...cost, process: usage, output: result.all };
  } finally {
    await watched?.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
