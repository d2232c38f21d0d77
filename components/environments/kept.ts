/** What the program that keeps the environments of a host goes by (runtime/environments), and how it is called. */
import type { ResolvedConfig } from "../config/files";
import { LOCAL_NODE } from "../config/login";
import type { StackConfig } from "../config/schema";
import { UNITS } from "../hub/unit-names";
import { renderTemplate } from "../render";
import { schedulerOf } from "../schedulers";
import { LAB_SETTINGS } from "./lab-settings";
import { versionIn } from "./requirements";

/** Name under which the program knows the hub's own environment. */
export const HUB_ENVIRONMENT = "hub";

/** Seconds that a server may last beyond its job's run time: until the scheduler ended it, and for clocks that differ. */
const MARGIN = 3600;

/** One environment, as `environments.json` has it. */
export interface KeptEnvironment {
  name: string;
  path: string;
  /** Interpreter that versions are made from. */
  python: string;
  /** How many former versions are kept. */
  keep: number;
  /** Seconds for which something may run in a version after the next took its place. */
  graceSeconds: number;
  /** Unit that runs in it, for what is to be done after going back. */
  restart?: string;
  /** Lock file on the host that it is made from. Default: `pulumi up` itself makes it. */
  lock?: string;
  /** Whether somebody else than Pulumi puts the lock there. */
  followed?: boolean;
  /** conda, mamba or micromamba, to make it with. Default: venv and pip. */
  conda?: string;
  /** Directory of wheels on the host. Default: the host's own index. */
  wheels?: string;
  /** Further files, by their paths below it. */
  files: Record<string, string>;
}

/** The account whose name the program and its units have on a host, so that two hubs on one login node have two. */
export const accountOn = (host: string, { hub, login }: StackConfig): string =>
  host === LOCAL_NODE ? hub.account : login.account;

/** Directory of the program. */
export const keeperDirectory = (account: string) => `/usr/local/lib/jupyterhub-hpc-${account}-environments`;

/** Where a lock of the stack's is put for the program, which makes the environment. */
const lockPath = (account: string, name: string) => `${keeperDirectory(account)}/${name}.lock`;

/** The program, for people too. */
export const keeperProgram = (account: string) => `/usr/local/sbin/${account}-environment`;

/** The service that brings an environment to what its lock file says, and its timer, without their suffixes. */
export const updateUnit = (account: string, name: string) => `${account}-environment-${name}`;

/** How long versions are kept: nothing outlives the longest job. */
export const graceSeconds = (config: StackConfig): number => schedulerOf(config.scheduler).longestRun + MARGIN;

/** The environments of each host on which there are any, by the host's name. */
export function keptEnvironments(config: StackConfig): Map<string, KeptEnvironment[]> {
  const kept = new Map<string, KeptEnvironment[]>();
  const add = (host: string, environment: KeptEnvironment) => kept.set(host, [...(kept.get(host) ?? []), environment]);
  for (const { name, path, install } of config.environments) {
    if (!install) continue;
    const { python, keep, update, conda } = install;
    const source = update
      ? { lock: update.lock, followed: true, ...(update.wheels && { wheels: update.wheels }) }
      : conda && { lock: lockPath(accountOn(install.on, config), name) };
    add(install.on, {
      ...{ name, path, python, keep, graceSeconds: graceSeconds(config), files: LAB_SETTINGS },
      ...source,
      ...(conda && { conda }),
    });
  }
  const { onHost } = config.hub;
  if (onHost)
    add(LOCAL_NODE, {
      name: HUB_ENVIRONMENT,
      path: onHost.environment,
      python: onHost.python,
      keep: 1,
      graceSeconds: 0,
      restart: `${UNITS.hub}.service`,
      files: {},
    });
  return kept;
}

/** `environments.json`. */
export function renderKeeperSettings(config: ResolvedConfig, environments: readonly KeptEnvironment[]): string {
  const hubVersion = versionIn(config.locks.hub, "jupyterhub") ?? "";
  return `${JSON.stringify({ hubVersion, environments }, null, 2)}\n`;
}

/** The service that follows a lock file, and the timer that starts it. */
export function renderUpdateUnits(
  stack: string,
  account: string,
  { name, path, schedule }: { name: string; path: string; schedule: string },
): { service: string; timer: string } {
  const directory = path.replace(/\/[^/]*\/*$/, "") || "/";
  const data = { stack, name, directory, schedule, program: keeperProgram(account) };
  return {
    service: renderTemplate("environments/update.service", data),
    timer: renderTemplate("environments/update.timer", data),
  };
}
