/** Processes that outlive the command that started them, each remembered by its own id and start time. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { runDir } from "./paths";
import { BoxError } from "./progress";

interface Remembered {
  pid: number;
  /** Start time in clock ticks since boot: tells a process from a later one with the same id. */
  startTime: string;
}

/** A process of a site's box, running in the background. */
export interface DaemonSpec {
  site: string;
  /** Unique in the box; names its record and its log. */
  name: string;
  argv: [string, ...string[]];
  env?: { [name: string]: string };
}

/** Reads field 22 of /proc/PID/stat; the command name before it may hold spaces and brackets. */
export function parseStartTime(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

/** When a process started, in clock ticks since boot; undefined when there is none, or it has ended. */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z") ? undefined : parseStartTime(stat);
  } catch {
    return undefined;
  }
}

function recordPath(site: string, name: string): string {
  return runDir(site, "run", `${name}.json`);
}

/** The log a daemon writes its output to. */
export function daemonLog(site: string, name: string): string {
  return runDir(site, "log", `${name}.log`);
}

/** The process id of a running daemon; undefined when it does not run. */
export async function daemonPid(site: string, name: string): Promise<number | undefined> {
  try {
    const record = JSON.parse(await readFile(recordPath(site, name), "utf8")) as Remembered;
    return (await startTimeOf(record.pid)) === record.startTime ? record.pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starts a daemon unless it already runs.
 * @returns true when it was started now
 */
export async function startDaemon(spec: DaemonSpec): Promise<boolean> {
  if ((await daemonPid(spec.site, spec.name)) !== undefined) return false;
  const log = daemonLog(spec.site, spec.name);
  await mkdir(dirname(log), { recursive: true });
  await mkdir(join(recordPath(spec.site, spec.name), ".."), { recursive: true });
  // The shell only redirects and is replaced by the program, so the process id is the program's.
  const argv = ["-c", 'exec "$@" </dev/null >>"$0" 2>&1', log, ...spec.argv];
  const child = execa("sh", argv, {
    detached: true,
    cleanup: false,
    stdio: "ignore",
    reject: false,
    env: spec.env ?? {},
  });
  const startTime = child.pid === undefined ? undefined : await startTimeOf(child.pid);
  child.unref();
  if (child.pid === undefined || startTime === undefined) {
    throw new BoxError(`${spec.name} did not start: ${spec.argv[0]}. Its output is in ${log}`);
  }
  const remembered: Remembered = { pid: child.pid, startTime };
  await writeFile(recordPath(spec.site, spec.name), JSON.stringify(remembered));
  return true;
}

/**
 * Ends a daemon by its own id: SIGTERM, then SIGKILL after the grace time.
 * @param options.graceSeconds how long it may take to end by itself; default 10
 * @param options.withChildren also ends what it has forked, its whole process group; default false
 */
export async function stopDaemon(
  site: string,
  name: string,
  options: { graceSeconds?: number; withChildren?: boolean } = {},
): Promise<boolean> {
  const pid = await daemonPid(site, name);
  if (pid !== undefined) {
    const target = options.withChildren ? -pid : pid;
    process.kill(target, "SIGTERM");
    const deadline = Date.now() + (options.graceSeconds ?? 10) * 1000;
    while ((await daemonPid(site, name)) !== undefined) {
      if (Date.now() > deadline) process.kill(target, "SIGKILL");
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }
  await rm(recordPath(site, name), { force: true });
  return pid !== undefined;
}
