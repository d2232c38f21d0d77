import { alarm, type Check, type Finding, ok, warning } from "./check";
import type { Report } from "./report";

const SLOW_SECONDS = 5;

/** Judges each login node as the hub reaches it: its key, its way, and the command it asks the queue with. */
export function judgeLoginNodes({ loginNodes }: Pick<Report, "loginNodes">): Finding[] {
  const working = loginNodes.filter(({ exit }) => exit === 0).length;
  return loginNodes.map(({ name, problem, exit, seconds }): Finding => {
    const of = name || "login nodes";
    if (exit === 0 && seconds > SLOW_SECONDS)
      return warning(`${of} answers after ${seconds} s`, `look at its load, and at the scheduler's (sdiag)`);
    if (exit === 0) return ok(`${of} answers the hub in ${seconds} s, and so does the scheduler`);
    const what =
      exit === null
        ? (problem ?? "no answer")
        : `on ${of} the scheduler does not answer: ${problem || `exit code ${exit}`}`;
    const next =
      exit === null
        ? `see that ${of} is up; pulumi preview shows what differs on it`
        : "look at the scheduler's controller; servers that run are not affected";
    return working > 0 ? warning(`${what} (spawning goes on through the others)`, next) : alarm(what, next);
  });
}

export const check: Check = { name: "login nodes", look: async ({ report }) => judgeLoginNodes(await report) };
