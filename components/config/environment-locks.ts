/** The lock files that environments are installed from: read, put together, and judged against the hub's. */
import type { LockProblem } from "../environments/lock";
import { HUB_LOCK, SERVERS_LOCK, serversProblems, versionIn, withPackages } from "../environments/requirements";
import type { ConfigProblem } from "./errors";
import type { ResolvedConfig } from "./files";
import type { StackConfig } from "./schema";

/** How many lines of one file are told of. */
const TOLD = 3;

/**
 * The locks of the environments that are installed.
 * @param read reads a file that a key names; undefined when it cannot, which it has told then
 */
export function environmentLocks(
  environments: StackConfig["environments"],
  read: (key: string, path: string) => string | undefined,
): { locks: ResolvedConfig["locks"]; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const locks: Record<string, string> = {};
  const hub = read("hub", HUB_LOCK) ?? "";
  const hubVersion = versionIn(hub, "jupyterhub") ?? "";
  environments.forEach(({ name, install }, i) => {
    if (!install || install.update || (install.conda && !install.lock)) return;
    const at = `environments[${i}].install`;
    const told = (key: string, file: string, found: readonly LockProblem[]) => {
      problems.push(...describe(`${at}.${key}`, file, found));
      return found.length > 0;
    };
    const file = install.lock ?? SERVERS_LOCK;
    const base = read(`${at}.lock`, file);
    if (base === undefined || told("lock", file, serversProblems(base, hubVersion, install.conda !== undefined)))
      return;
    const more = install.packages && read(`${at}.packages`, install.packages);
    const whole = more ? withPackages(base, more) : { text: base, problems: [] };
    if (install.packages && told("packages", install.packages, whole.problems)) return;
    locks[name] = whole.text;
  });
  return { locks: { hub, environments: locks }, problems };
}

function describe(key: string, file: string, found: readonly LockProblem[]): ConfigProblem[] {
  return found.slice(0, TOLD).map(({ line, message, remedy }, i) => {
    const rest = i === TOLD - 1 && found.length > TOLD ? ` (and ${found.length - TOLD} more such lines)` : "";
    return { key, message: `${JSON.stringify(file)}, line ${line}: ${message}${rest}`, remedy };
  });
}
