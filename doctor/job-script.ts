/** The job script of a server, in full, as the hub of a stack would submit it: by the hub's own code, and without the hub or the cluster. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { localFile } from "../components/config/local-file";
import { stackSchema } from "../components/config/schema";
import { renderClusterSettings } from "../components/login/cluster-settings";
import { schedulerOf, submitTemplateOf } from "../components/schedulers";
import { type JobCase, type JobScriptsInput, jobScripts } from "../components/schedulers/job-scripts";
import { Failure } from "../plugins/rpc/failure";
import { hubPython } from "../runtime/locked-python";

export const usage = `  job-script --stack NAME [user=NAME] [OPTION=VALUE ...]
      The job script of a server, in full, as the hub of stacks/Pulumi.NAME.yaml would submit it for these options,
      whose names are those of the form (queue=..., cores=...). No host is contacted.
`;

const used = stackSchema.pick({ scheduler: true, environments: true, users: true, login: true });

/** Encrypted values stand for themselves: none of them gets into a job script. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withoutSecrets(child)]));
}

/**
 * What is needed to make the job scripts of a stack.
 * @param yaml the stack's file
 * @param root the project's folder, at which relative paths in it begin
 * @throws Failure when that part of it is not valid
 */
export function jobScriptsOf(
  stack: string,
  yaml: string,
  root: string,
  cases: (home: string, shell: string) => JobCase[],
): JobScriptsInput {
  const { config = {} } = (parse(yaml) ?? {}) as { config?: Record<string, unknown> };
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^.*?:/, ""), value]));
  const wanted = Object.keys(used.shape).map((key) => [key, withoutSecrets(values[key])]);
  const parsed = used.safeParse(Object.fromEntries(wanted.filter(([, value]) => value !== undefined)));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    throw new Failure(`stacks/Pulumi.${stack}.yaml is not valid: ${problems.join("; ")}`);
  }
  const { scheduler, environments, users, login } = parsed.data;
  const { cluster, hubSection } = schedulerOf(scheduler);
  const own = submitTemplateOf(scheduler);
  return {
    section: hubSection({
      environments,
      namePattern: users.namePattern,
      ...(own && { submitTemplate: { path: own.path, text: readFileSync(localFile(root, own.path), "utf8") } }),
    }),
    settings: JSON.parse(renderClusterSettings({ stack, login, namePattern: users.namePattern, cluster })) as unknown,
    cases: cases(users.home, users.shell),
  };
}

/** Prints the script, or why there is none. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { stack: { type: "string" } } });
  const file = `stacks/Pulumi.${values.stack}.yaml`;
  if (!values.stack || !/^[A-Za-z0-9._-]+$/.test(values.stack) || !existsSync(file))
    throw new Failure(`job-script wants --stack NAME, of a file stacks/Pulumi.NAME.yaml.\n\n${usage}`);
  const pairs = positionals.map((word) => [word.split("=")[0] ?? "", word.slice(word.indexOf("=") + 1)] as const);
  const wrong = positionals.find((word) => !/^[A-Za-z][A-Za-z0-9_.-]*=/.test(word));
  if (wrong !== undefined) throw new Failure(`${JSON.stringify(wrong)} is not OPTION=VALUE.\n\n${usage}`);
  const { user = "alice", ...options } = Object.fromEntries(pairs);
  const input = jobScriptsOf(
    values.stack,
    readFileSync(join(process.cwd(), file), "utf8"),
    process.cwd(),
    (home, shell) => [{ user, home: home.replaceAll("{username}", user), shell, options }],
  );
  const [made] = await jobScripts(await hubPython(), process.cwd(), input);
  if (made?.script) process.stdout.write(made.script);
  if (made?.refused) process.stderr.write(`Refused: ${made.refused}\n`);
  return made && !made.refused ? 0 : 1;
}
