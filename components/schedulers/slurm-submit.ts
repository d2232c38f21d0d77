import { renderTemplate } from "../render";

/** Where a job's log lies below the user's home. */
export const LOG_DIRECTORY = ".jupyterhub/logs";

/** What a site decides about the Slurm job script; what a user decides is filled in by the hub for each job. */
export interface SlurmSubmitInput {
  /** Name of every server's job, e.g. `jupyterhub`. The hub finds its jobs by it: unique per hub on one cluster. */
  jobName: string;
  /** Names (and only these) that the job takes over from the hub: those that cross SSH and sudo. */
  forwardedEnvironment: string[];
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
  /** More `#SBATCH` options of the site, for every server, without the `#SBATCH`, e.g. `--account=jupyter`. */
  extraOptions: string[];
}

/**
 * Renders the template of the Slurm job script. The result is a Jinja template that the hub completes
 * for each job with validated values: `partition`, `runtime`, `homedir`, ...
 */
export function renderSlurmSubmit(input: SlurmSubmitInput): string {
  for (const option of input.extraOptions) {
    if (!/^--[a-z][a-z-]*(=[^\s]+)?$/.test(option))
      throw new Error(`extraOptions: ${JSON.stringify(option)} is no sbatch option`);
  }
  return renderTemplate("submit/slurm.sh", input);
}
