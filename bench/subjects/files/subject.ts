import type { Options } from "../../options";
import type { Report, Subject } from "../../subject";
import { contestants } from "./contestants";
import { aims } from "./figures";
import { runAll } from "./run";
import { summary, table } from "./table";
import { findTarget } from "./target";

const PROJECT = "this project";
const FLOOR = "engine's floor";

async function measure(options: Options, elapsed: () => number): Promise<Report> {
  const names = contestants.map(({ name }) => name);
  const unknown = options.only.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`there is no contestant ${unknown.join(", ")}. There are: ${names.join(", ")}`);
  const chosen = contestants.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  const { figures, skipped, notes } = await runAll(await findTarget(), chosen, options, elapsed);
  const tables = options.files.map((files) => table(figures, files, PROJECT));
  const what = chosen.map(
    ({ name, description }) => `  ${[`${name}: ${description}`, notes[name]].filter(Boolean).join("; ")}`,
  );
  const text = `Seconds, and in brackets how many times as long as ${PROJECT}; CPU seconds of first apply / no-change run.

${tables.join("\n")}
${summary(figures, skipped, PROJECT)}
Contestants:
${what.join("\n")}`;
  return { text, aims: aims(figures, PROJECT, FLOOR), figures: { figures, skipped, notes } };
}

/** Files and units on one host, by this project and by others. */
export const files: Subject = {
  name: "files",
  description: "the same files and units on one host, by this project and by others",
  seconds: 550,
  site: "hosts",
  measure,
};
