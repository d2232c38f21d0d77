/** What an environment of servers is installed from: a lock, judged against the hub's. */
import { readExplicitLock } from "./explicit-lock";
import { isAtLeast, type Lock, type LockedPackage, type LockProblem, numbersOf, readLock } from "./lock";

/** The project's own locks, below its folder. */
export const HUB_LOCK = "runtime/requirements/hub.txt";
export const SERVERS_LOCK = "runtime/requirements/singleuser.txt";

/** What a server needs beside jupyterhub; the launcher's options are JupyterLab 4's, and jupyter-server has an advisory before. */
export const LEAST = { jupyterlab: "4.0.0", "jupyter-server": "2.18.0" } as const;

/** Reads a lock of pip's, or of conda's. */
export const read = (lock: string): Lock => (/^\s*@EXPLICIT\s*$/m.test(lock) ? readExplicitLock(lock) : readLock(lock));

/** The version of a package in a lock; undefined when it is not in it. */
export const versionIn = (lock: string, name: string): string | undefined =>
  read(lock).packages.find((locked) => locked.name === name)?.version;

/**
 * Whether servers of one jupyterhub work with a hub of another: JupyterHub itself warns of failing log-ins as soon as the second number differs.
 * `same`: nothing to say. `near`: they work. `apart`: not to be relied on.
 */
export function compareHubs(servers: string, hub: string): "same" | "near" | "apart" {
  if (servers === hub) return "same";
  const [a, b] = [numbersOf(servers), numbersOf(hub)];
  return a[0] === b[0] && (a[1] ?? 0) === (b[1] ?? 0) ? "near" : "apart";
}

/** What is wrong with a lock for servers of this hub. `conda`: whether conda is to install it. */
export function serversProblems(lock: string, hubVersion: string, conda = false): LockProblem[] {
  const { packages, problems } = conda ? readExplicitLock(lock) : readLock(lock);
  if (problems.length > 0) return problems;
  return [...hubProblems(packages, hubVersion), ...leastProblems(packages)];
}

function hubProblems(packages: readonly LockedPackage[], hubVersion: string): LockProblem[] {
  const remedy = `lock it with jupyterhub==${hubVersion}, the hub's version (${HUB_LOCK})`;
  const found = packages.filter(({ name }) => name === "jupyterhub");
  if (found.length === 0)
    return [{ line: 1, message: "has no jupyterhub, without which nothing of it is a server", remedy }];
  return found
    .filter(({ version }) => compareHubs(version, hubVersion) === "apart")
    .map(({ line, version }) => ({
      line,
      message: `has jupyterhub ${version}, and the hub ${hubVersion}: with another first or second number log-ins to servers fail`,
      remedy,
    }));
}

function leastProblems(packages: readonly LockedPackage[]): LockProblem[] {
  return Object.entries(LEAST).flatMap(([name, least]) => {
    const found = packages.filter((locked) => locked.name === name);
    const remedy = `lock it with ${name}>=${least}`;
    if (found.length === 0) return [{ line: 1, message: `has no ${name}`, remedy }];
    return found
      .filter(({ version }) => !isAtLeast(version, least))
      .map(({ line, version }) => ({
        line,
        message: `has ${name} ${version}, and ${least} is the oldest that will do`,
        remedy,
      }));
  });
}

/**
 * A lock with further packages put to it. A package of both stays as `base` has it, and must have the same version there.
 * @returns the text for pip, and what is wrong with `added`
 */
export function withPackages(base: string, added: string): { text: string; problems: LockProblem[] } {
  const { packages, problems } = readLock(added);
  const there = readLock(base).packages;
  const known = (wanted: string) => there.filter(({ name }) => name === wanted).map(({ version }) => version);
  for (const { name, version, line } of packages) {
    const versions = known(name);
    if (versions.length > 0 && !versions.includes(version))
      problems.push({
        line,
        message: `has ${name} ${version}, and what it is put to has ${versions.join(", ")}`,
        remedy: `lock it with the rest as constraints: uv pip compile --generate-hashes --constraint ${SERVERS_LOCK}`,
      });
  }
  const text = packages.filter(({ name }) => known(name).length === 0).map((locked) => `${locked.text}\n`);
  return { text: text.length === 0 ? base : `${base.trimEnd()}\n${text.join("")}`, problems };
}
