/** The second half of every scheduler's job script: from the user's name to the server. */
import { renderTemplate } from "../render";

/** What a site decides about the job of a server, whatever runs it; what a user decides is filled in by the hub for each job. */
export interface ServerScriptInput {
  /** PATH of the server before modules and the environment are put in front of it. */
  searchPath: string;
  /** Files that define the `module` command; the first readable one is sourced. Empty: no modules are used. */
  moduleInit: string[];
  /** Directories put in front of MODULEPATH before anything is loaded. */
  modulePath: string[];
  /** Directory of the job logs below the user's home directory, made with mode 0700, e.g. `.jupyterhub/logs`. */
  logDirectory: string;
  /** How many of a user's job logs are kept, the newest ones, e.g. `20`; each job removes the others when it starts. */
  keptLogs: number;
}

/**
 * Renders it, a Jinja template still.
 *
 * @param jobId the variable that holds the job's id, e.g. `SLURM_JOB_ID`
 * @param asked what the log's first line says of what was asked for, e.g. `{{ nprocs }} CPUs`
 */
export function renderServerScript(input: ServerScriptInput, jobId: string, asked: string): string {
  const { moduleInit, modulePath, logDirectory, keptLogs } = input;
  return renderTemplate("submit/server.sh", { moduleInit, modulePath, logDirectory, keptLogs, jobId, asked }).trimEnd();
}
