import { alarm, type Check, type Finding, ok, warning } from "./check";
import type { Report } from "./report";

/**
 * Judges whether the hub is shown its servers' jobs. A scheduler that hides other people's gives no error, but an empty answer; the login nodes'
 * request `privacy` tells (runtime/gate), and is asked when the answer was empty.
 */
export function judgeVisibleJobs({ loginNodes, routes }: Pick<Report, "loginNodes" | "routes">): Finding[] {
  const answered = loginNodes.filter(({ exit }) => exit === 0);
  if (answered.length === 0) return [];
  const jobs = Math.max(...answered.map((node) => node.jobs ?? 0));
  const [hidden] = answered.flatMap((node) => node.hidden ?? []);
  if (jobs > 0 || hidden === undefined) return [ok(`the hub is shown its servers' jobs: ${jobs} now`)];
  const [what = "", next = "see docs/operations.md"] = hidden.split(/ Next: (.*)/s);
  const servers = routes.expected.length;
  return servers > 0 ? [alarm(`${what} There are ${servers}.`, next)] : [warning(what, next)];
}

export const check: Check = { name: "jobs", look: async ({ report }) => judgeVisibleJobs(await report) };
