/** What tests use of a box that is up: its hosts, its networks, Pulumi, and a way to wait. */
import { execa } from "execa";
import { runPulumi } from "./deploy";
import { leaderOf } from "./hosts/leader";
import { startMachine, stopMachine, waitBooted } from "./hosts/machine";
import { namespaceOf, setCables } from "./hosts/network";
import { bootPlan } from "./hosts/plan";
import { mustRunOn, type Result, type RunOptions, runOn } from "./hosts/run";
import { checkout } from "./paths";
import { BoxError } from "./progress";
import { hostNamed, loadSite, machines, type Site } from "./site";
import { waitUntil } from "./wait";

export type { Result, RunOptions } from "./hosts/run";

/** One host. */
export interface BoxHost {
  /** Runs a command on the host, without SSH; a command that fails is a result, not an error. */
  run(argv: string[], options?: RunOptions): Promise<Result>;
  /** Writes a file as root. */
  write(path: string, text: string): Promise<void>;
  /** Reads a file as root; an error names host and path. */
  read(path: string): Promise<string>;
  /** Shuts the host down in order. */
  stop(): Promise<void>;
  /** Boots the host and waits until it is up. */
  start(): Promise<void>;
  /** Pulls all its network cables. It runs on, and `run` works as before. */
  unplug(): Promise<void>;
  /** Plugs them in again. */
  plug(): Promise<void>;
}

/** One network namespace, for programs of this machine. */
export interface BoxNamespace {
  /** The command that enters it; a command line follows. */
  prefix: readonly string[];
  /** Runs a program of this machine in it, in the checkout. */
  run(argv: string[], options?: Pick<RunOptions, "input" | "timeoutSeconds" | "env">): Promise<Result>;
}

/** A box that is up. */
export interface Box {
  site: Site;
  host(name: string): BoxHost;
  netns(name: string): BoxNamespace;
  /** Runs `pulumi ARGS` in the admin namespace with the site's stack and state. */
  pulumi(args: string[], options?: { timeoutSeconds?: number; env?: { [name: string]: string } }): Promise<Result>;
  /** Waits for a condition; the error says what was waited for. */
  waitFor(what: string, condition: () => Promise<boolean>, timeoutSeconds: number): Promise<void>;
}

function boxHost(site: Site, name: string): BoxHost {
  const host = hostNamed(site, name);
  return {
    run: (argv, options) => runOn(site, host, argv, options),
    write: async (path, text) => {
      await mustRunOn(site, host, ["sh", "-c", 'cat > "$0"', path], { input: text });
    },
    read: (path) => mustRunOn(site, host, ["cat", path]),
    stop: async () => {
      await stopMachine(site, host);
    },
    start: async () => {
      await startMachine(site, host, await bootPlan(site, host));
      await waitBooted(site, host);
    },
    unplug: () => setCables(site, host, "down"),
    plug: () => setCables(site, host, "up"),
  };
}

function boxNamespace(site: Site, name: string): BoxNamespace {
  const prefix = ["ip", "netns", "exec", namespaceOf(site.name, hostNamed(site, name).name)] as const;
  return {
    prefix,
    run: async (argv, options = {}) => {
      const timeoutSeconds = options.timeoutSeconds ?? 60;
      const result = await execa(prefix[0], [...prefix.slice(1), ...argv], {
        cwd: checkout,
        input: options.input ?? "",
        env: options.env ?? {},
        reject: false,
        timeout: timeoutSeconds * 1000,
        stripFinalNewline: false,
      });
      if (result.timedOut) throw new BoxError(`in ${name}, "${argv.join(" ")}" took more than ${timeoutSeconds} s`);
      return { stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode ?? 255 };
    },
  };
}

/**
 * Takes hold of a site's box.
 * @throws BoxError when one of its hosts is not up
 */
export async function attach(siteName: string): Promise<Box> {
  const site = await loadSite(siteName);
  for (const host of machines(site)) {
    if ((await leaderOf(site, host)) === undefined) {
      throw new BoxError(
        `the box of ${siteName} is not up (${host.name} is down). Next: npm run box -- --site ${siteName}`,
      );
    }
  }
  return {
    site,
    host: (name) => boxHost(site, name),
    netns: (name) => boxNamespace(site, name),
    pulumi: (args, options) => runPulumi(site, args, options),
    waitFor: waitUntil,
  };
}
