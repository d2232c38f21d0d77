import { type OwnTemplate, renderTemplate, renderText } from "../render";
import { renderServerScript, type ServerScriptInput } from "./server-script";

/** What a site decides about the Slurm job script; what a user decides is filled in by the hub for each job. */
export interface SlurmSubmitInput extends ServerScriptInput {
  /** Name of every server's job, e.g. `jupyterhub`. The hub finds its jobs by it: unique per hub on one cluster. */
  jobName: string;
  /** Names (and only these) that the job takes over from the hub: those that cross SSH and sudo. */
  forwardedEnvironment: string[];
  /** More `#SBATCH` options of the site, for every server, without the `#SBATCH`, e.g. `--account=jupyter`. */
  extraOptions: string[];
}

/**
 * Renders the template of the Slurm job script. The result is a Jinja template that the hub completes
 * for each job with validated values: `partition`, `runtime`, `homedir`, ...
 */
export function renderSlurmSubmit(input: SlurmSubmitInput, own?: OwnTemplate): string {
  for (const option of input.extraOptions) {
    if (!/^--[a-z][a-z-]*(=[^\s]+)?$/.test(option))
      throw new Error(`extraOptions: ${JSON.stringify(option)} is no sbatch option`);
  }
  const asked = "partition {{ partition }}, {{ nprocs }} CPUs, {{ runtime }}";
  const data = { ...input, server: renderServerScript(input, "SLURM_JOB_ID", asked) };
  return own === undefined ? renderTemplate("submit/slurm.sh", data) : renderText(own, data);
}
