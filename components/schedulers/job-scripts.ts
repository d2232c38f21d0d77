/** The edge: job scripts as the hub would make them, by the hub's own Python, on the machine that runs this. */
import { join } from "node:path";
import { execa } from "execa";

/** One server that is asked for. */
export interface JobCase {
  user: string;
  home: string;
  shell: string;
  /** As the form, the REST API or the address bar gives them. */
  options: Record<string, unknown>;
}

/** What it comes to. */
export interface JobScript {
  /** In full; empty when the hub refuses the options. */
  script: string;
  /** Why the hub, or the login nodes' program, would say no; empty: they would not. */
  refused: string;
}

/** What the scripts are made from. */
export interface JobScriptsInput {
  /** The scheduler's part of the hub's configuration file. */
  section: string;
  /** What the login nodes' program goes by: `cluster.json`. */
  settings: unknown;
  cases: JobCase[];
}

/** What bash says of a script that it cannot read; empty: it can. */
export async function bashSyntax(script: string): Promise<string> {
  const { stderr } = await execa("bash", ["-n"], { input: script, reject: false, timeout: 20_000 });
  return stderr.trim();
}

/**
 * Makes job scripts.
 *
 * @param python an interpreter with the hub's locked packages
 * @param root the project's folder
 * @throws with the last line of what Python said, when the job script's template is wrong
 */
export async function jobScripts(python: string, root: string, input: JobScriptsInput): Promise<JobScript[]> {
  const { stdout, stderr, exitCode } = await execa(python, ["-m", "jupyterhub_hpc.job_script"], {
    cwd: join(root, "runtime"),
    input: JSON.stringify(input),
    reject: false,
    timeout: 60_000,
  });
  if (exitCode !== 0) throw new Error(stderr.trim().split("\n").at(-1) || "Python said nothing");
  return JSON.parse(stdout) as JobScript[];
}
