/** A site's own job script template, tried on what its users may ask for before any host is reached. */
import type { ConfigProblem } from "../config/errors";
import type { ResolvedConfig } from "../config/files";
import { renderClusterSettings } from "../login/cluster-settings";
import { TemplateError } from "../render";
import { schedulerOf } from ".";
import type { JobCase, JobScript, JobScriptsInput } from "./job-scripts";

/** The line from which on the script is the project's own. */
const SERVER_PART = /^<%-\s*it\.server\s*-?%>/m;

/** What trying it takes: components/schedulers/job-scripts.ts. */
export interface Attempt {
  /** Makes job scripts by the hub's own code. */
  make(input: JobScriptsInput): Promise<JobScript[]>;
  /** What bash says of a script that it cannot read; empty: it can. */
  syntax(script: string): Promise<string>;
}

/** What is wrong with `submitTemplate`; nothing where there is none. */
export async function submitTemplateProblems(
  stack: string,
  config: ResolvedConfig,
  attempt: Attempt,
): Promise<ConfigProblem[]> {
  const { submitTemplate: own, environments, users, login } = config;
  if (!own) return [];
  const wrong = (message: string, remedy: string): ConfigProblem => ({
    key: own.key,
    message: `${JSON.stringify(own.path)} ${message}`,
    remedy: `${remedy}; docs/submit-template.md`,
  });
  if (!SERVER_PART.test(own.text))
    return [wrong("has no line <%- it.server %>, where the server is started", "end it with that line")];
  const { cluster, examples, hubSection } = schedulerOf(config.scheduler);
  const context = { environments, namePattern: users.namePattern };
  const settings: unknown = JSON.parse(
    renderClusterSettings({ stack, login, namePattern: users.namePattern, cluster }),
  );
  const home = users.home.replaceAll("{username}", "alice");
  const cases = examples.map((options): JobCase => ({ user: "alice", home, shell: users.shell, options }));
  try {
    const scripts = await attempt.make({
      section: hubSection({ ...context, submitTemplate: own }),
      settings,
      cases,
    });
    const [marker = ""] = cluster.script.markers;
    const model = await attempt.make({ section: hubSection(context), settings, cases });
    const found = scripts.flatMap(({ script, refused }, i): ConfigProblem[] => {
      const asked = wordsOf(examples[i] ?? {});
      if (refused)
        return [
          wrong(`makes a script for ${asked} that no login node takes: ${refused}`, "list the option in jobOptions"),
        ];
      const given = optionsOf(script, marker);
      const missing = optionsOf(model[i]?.script ?? "", marker).filter((option) => !given.includes(option));
      if (missing.length === 0) return [];
      const lines = missing.map((option) => `${marker} ${option}`).join(", ");
      return [wrong(`lacks what the project's own template writes for ${asked}: ${lines}`, "take it over from there")];
    });
    if (found.length > 0) return found.slice(0, 1); // the others are of the same kind
    const said = (await Promise.all(scripts.map(({ script }) => attempt.syntax(script)))).find(Boolean);
    return said ? [wrong(`makes a script that bash cannot read: ${said}`, "correct it")] : [];
  } catch (error) {
    const [where = "", ...rest] = (error as Error).message.split("\n").filter(Boolean);
    const words = [where, ...rest.slice(-1)].join(": "); // EJS shows the lines around in between
    return error instanceof TemplateError
      ? [wrong(`cannot be rendered: ${words}`, "correct it")]
      : [wrong(`could not be tried: ${words}`, "correct it, or see what a try takes")];
  }
}

const wordsOf = (options: Record<string, unknown>) =>
  Object.entries(options)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(" ");

const optionsOf = (script: string, marker: string) =>
  script
    .split("\n")
    .filter((line) => line.startsWith(`${marker} `))
    .map((line) => line.slice(marker.length + 1));
