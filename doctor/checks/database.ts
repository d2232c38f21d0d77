import { alarm, type Check, type Finding, ok } from "./check";
import type { Report } from "./report";

/** Judges what the hub's software found of its database. A problem there carries its own next step. */
export function judgeDatabase({ database }: Pick<Report, "database">): Finding[] {
  const { kind, where, code, problem, schema } = database;
  // A full disk hides the database behind it; that is the next check's.
  if (code === "disk-full" || code === "state-unwritable") return [];
  if (problem === null) return [ok(`${kind}, ${where}, whole, schema ${schema || "to be made"}`)];
  const [what = "", next = "see docs/operations.md"] = problem.split(/ Next: (.*)/s);
  return [alarm(what, next)];
}

export const check: Check = { name: "database", look: async ({ report }) => judgeDatabase(await report) };
