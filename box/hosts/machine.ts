/** One host of the box: a Debian booted by systemd-nspawn over an overlay of a cached root, in its own network namespace. */
import { chown, mkdir, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { daemonLog, daemonPid, startDaemon, stopDaemon } from "../daemon";
import { rootDirectories } from "../debian/roots";
import { bulkDir, checkout } from "../paths";
import { BoxError } from "../progress";
import { type Host, hostsFile, type Site } from "../site";
import { namespacePath } from "./network";

/** What a command did. */
export interface Result {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** How to run a command. */
export interface RunOptions {
  /** Account on the host; default root. */
  user?: string;
  /** Standard input; default empty. */
  input?: string;
  /** Default 60. */
  timeoutSeconds?: number;
  /** Variables beside HOME, USER, PATH and LANG. */
  env?: { [name: string]: string };
}

/** A file to put into a host's overlay before it boots. */
export interface SeedFile {
  path: string;
  content: string;
  /** Default 0o644. */
  mode?: number;
  /** An account of the host's root; default root. */
  owner?: string;
}

/** What a host needs to boot beside what the site says of it. */
export interface BootPlan {
  files: SeedFile[];
  /** Directories of this machine to show in the host. */
  binds: { from: string; to: string; readOnly?: boolean }[];
}

function overlayOf(site: Site, host: Host): string {
  return bulkDir(site.name, host.name);
}

function daemonName(host: Host): string {
  return `host-${host.name}`;
}

/** Process id of systemd-nspawn's child that is PID 1 of the host; undefined while there is none. */
export async function leaderOf(site: Site, host: Host): Promise<number | undefined> {
  const nspawn = await daemonPid(site.name, daemonName(host));
  if (nspawn === undefined) return undefined;
  const children = await readFile(`/proc/${nspawn}/task/${nspawn}/children`, "utf8").catch(() => "");
  for (const child of children.split(" ").filter((pid) => pid !== "")) {
    const status = await readFile(`/proc/${child}/status`, "utf8").catch(() => "");
    if (/^NSpid:.*\s1$/m.test(status)) return Number(child);
  }
  return undefined;
}

/** Writes the seed files of a host that has not booted yet into its overlay. */
async function seed(overlay: string, site: Site, host: Host, files: SeedFile[]): Promise<void> {
  const identity: SeedFile[] = [
    { path: "/etc/hostname", content: `${host.name}\n` },
    { path: "/etc/hosts", content: hostsFile(site, host.name) },
    { path: "/etc/resolv.conf", content: "# The box has no name server; see /etc/hosts.\n" },
  ];
  for (const file of [...identity, ...files]) {
    const target = join(overlay, "upper", file.path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, file.content, { mode: file.mode ?? 0o644 });
    if (file.owner !== undefined) await ownLike(rootDirectories(host.layers ?? []), file.owner, target);
  }
  for (const unit of host.masked ?? []) {
    await mkdir(join(overlay, "upper/etc/systemd/system"), { recursive: true });
    await execa("ln", ["-sfn", "/dev/null", join(overlay, "upper/etc/systemd/system", unit)]);
  }
}

/** Gives a file to an account that a root's /etc/passwd knows. */
async function ownLike(root: string[], account: string, target: string): Promise<void> {
  for (const directory of [...root].reverse()) {
    const passwd = await readFile(join(directory, "etc/passwd"), "utf8").catch(() => "");
    const fields = passwd
      .split("\n")
      .map((line) => line.split(":"))
      .find((entry) => entry[0] === account);
    if (fields !== undefined) return chown(target, Number(fields[2]), Number(fields[3]));
  }
  throw new Error(`the root of ${target} has no account ${account}`);
}

/** Fills upper/ with everything that the root consists of. */
async function copyRoot(overlay: string, lower: string): Promise<void> {
  const script = join(checkout, "box/hosts/copy.sh");
  await execa("unshare", ["--mount", "--propagation", "private", "sh", "-eu", script, overlay, lower]);
}

/**
 * Boots a host unless it runs, and waits until its systemd has started everything.
 * @returns true when it was booted now
 */
export async function startMachine(site: Site, host: Host, plan: BootPlan): Promise<boolean> {
  if ((await leaderOf(site, host)) !== undefined) return false;
  const overlay = overlayOf(site, host);
  const lower = rootDirectories(host.layers ?? [])
    .reverse()
    .join(":");
  const seeded = join(overlay, "seeded");
  if ((await stat(seeded).catch(() => undefined)) === undefined) {
    // Whatever an interrupted run has left here is not to be booted.
    await rm(overlay, { recursive: true, force: true });
    if (host.copiedRoot) await copyRoot(overlay, lower);
    await seed(overlay, site, host, plan.files);
    await writeFile(seeded, "");
  }
  const binds = plan.binds.map((bind) => `--bind${bind.readOnly ? "-ro" : ""}=${bind.from}:${bind.to}`);
  await startDaemon({
    site: site.name,
    name: daemonName(host),
    argv: [
      "unshare",
      "--mount",
      "--propagation",
      "private",
      "sh",
      "-eu",
      join(checkout, "box/hosts/boot.sh"),
      `box-${site.name}-${host.name}`,
      host.name,
      overlay,
      host.copiedRoot ? "" : lower,
      namespacePath(site.name, host.name),
      ...binds,
    ],
  });
  return true;
}

/** Waits until a host has finished booting. */
export async function waitBooted(site: Site, host: Host, timeoutSeconds = 90): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    if ((await daemonPid(site.name, daemonName(host))) === undefined) {
      throw new BoxError(
        `${host.name} did not boot; systemd-nspawn's words are in ${daemonLog(site.name, daemonName(host))}`,
      );
    }
    if ((await leaderOf(site, host)) !== undefined) {
      const probe = await runOn(site, host, ["systemctl", "is-system-running"]).catch(() => undefined);
      const state = probe?.stdout.trim();
      // "degraded" is up, with a unit that failed: whose that is, `status` tells.
      if (state === "running" || state === "degraded") return;
    }
    if (Date.now() > deadline) throw new BoxError(`${host.name} did not finish booting in ${timeoutSeconds} s`);
    await new Promise((wake) => setTimeout(wake, 150));
  }
}

/** Shuts a host down in order; its overlay stays. */
export async function stopMachine(site: Site, host: Host): Promise<boolean> {
  const stopped = await stopDaemon(site.name, daemonName(host), { graceSeconds: 30 });
  await removeCgroup(`/sys/fs/cgroup/unified/box-${site.name}-${host.name}`);
  await removeCgroup(`/sys/fs/cgroup/box-${site.name}-${host.name}`);
  return stopped;
}

/** Removes a control group and those below it; they are empty once the host is down. */
async function removeCgroup(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeCgroup(join(path, entry.name));
  await rmdir(path).catch(() => undefined);
}

/** Forgets everything a host that is down has ever written. */
export async function removeOverlay(site: Site, host: Host): Promise<void> {
  await rm(overlayOf(site, host), { recursive: true, force: true });
}

/** The argument vector that enters a host and runs a command there. */
export function enterArguments(leader: number, argv: string[], options: RunOptions = {}): string[] {
  const user = options.user ?? "root";
  const environment = {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    LANG: "C.UTF-8",
    ...options.env,
  };
  const become =
    user === "root"
      ? ["env", "HOME=/root", "USER=root", "LOGNAME=root"]
      : ["runuser", "-u", user, "--", "env", `USER=${user}`, `LOGNAME=${user}`];
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const home =
    user === "root"
      ? []
      : [
          "sh",
          "-c",
          'HOME=$(getent passwd "$USER" | cut -d: -f6); export HOME; cd "$HOME" 2>/dev/null || cd /; exec "$@"',
          "sh",
        ];
  return ["--target", String(leader), "--all", "env", "-i", "-C", "/", ...variables, ...become, ...home, ...argv];
}

/** The directory of a process's cgroup2 group, wherever this machine has mounted that tree. */
async function cgroupOf(pid: number): Promise<string> {
  const mounts = await readFile("/proc/self/mounts", "utf8");
  const root = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1] ?? "/sys/fs/cgroup";
  const path = /^0::(.*)$/m.exec(await readFile(`/proc/${pid}/cgroup`, "utf8"))?.[1] ?? "/";
  return join(root, path);
}

/** The command that enters a host and runs another there. */
export async function enterCommand(
  leader: number,
  argv: string[],
  options: RunOptions = {},
): Promise<[string, ...string[]]> {
  // Systemd's tools want to find their caller in a control group of the host's own tree.
  const join = 'echo $$ > "$0/cgroup.procs"; exec nsenter "$@"';
  return ["sh", "-c", join, await cgroupOf(leader), ...enterArguments(leader, argv, options)];
}

/**
 * Runs a command on a host, without SSH. A command that fails is a result, not an error.
 * @throws BoxError when the host is down or the command took too long
 */
export async function runOn(site: Site, host: Host, argv: string[], options: RunOptions = {}): Promise<Result> {
  const leader = await leaderOf(site, host);
  if (leader === undefined) throw new BoxError(`${host.name} is not running; npm run box starts it`);
  const timeoutSeconds = options.timeoutSeconds ?? 60;
  const [command, ...args] = await enterCommand(leader, argv, options);
  const result = await execa(command, args, {
    input: options.input ?? "",
    reject: false,
    timeout: timeoutSeconds * 1000,
    stripFinalNewline: false,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.timedOut) throw new BoxError(`on ${host.name}, "${argv.join(" ")}" took more than ${timeoutSeconds} s`);
  return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode ?? 255 };
}

/** Like `runOn`, but a command that fails is an error with the host and the command's own words. */
export async function mustRunOn(site: Site, host: Host, argv: string[], options: RunOptions = {}): Promise<string> {
  const result = await runOn(site, host, argv, options);
  if (result.exitCode !== 0) {
    throw new BoxError(
      `on ${host.name}, "${argv.join(" ").slice(0, 200)}" failed (${result.exitCode}):\n${result.stderr || result.stdout}`,
    );
  }
  return result.stdout;
}
