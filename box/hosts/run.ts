/** Runs commands on a host by entering its namespaces: no SSH, so it works whatever is done to sshd or the firewall. */
import { execa } from "execa";
import { BoxError } from "../progress";
import type { Host, Site } from "../site";
import { cgroupOf, leaderOf } from "./leader";

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

/** The command that enters a host and runs another there. */
export async function enterCommand(
  leader: number,
  argv: string[],
  options: RunOptions = {},
): Promise<[string, ...string[]]> {
  // Systemd's tools want to find their caller in a control group of the host's own tree.
  const script = 'echo $$ > "$0/cgroup.procs"; exec nsenter "$@"';
  return ["sh", "-c", script, await cgroupOf(leader), ...enterArguments(leader, argv, options)];
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
