import { type OwnTemplate, renderTemplate, renderText } from "../render";
import { renderServerScript, type ServerScriptInput } from "./server-script";

/** Below the user's home: where a login node leaves what the hub hands over to a job, one file a job. */
export const HAND_OVER_DIRECTORY = ".jupyterhub/handed-over";

/** What a site decides about the Grid Engine job script; what a user decides is filled in by the hub for each job. */
export interface GridengineSubmitInput extends ServerScriptInput {
  /** What every server's name begins with, e.g. `jupyterhub`; the hub's mark follows. */
  jobName: string;
  /** Names (and only these) that the job takes from the file that is handed over. */
  forwardedEnvironment: string[];
  /** Directory of that file below the user's home. */
  handOverDirectory: string;
  /** Parallel environment of servers with more than one core, or null. */
  parallelEnvironment: string | null;
  /** Complex that memory is asked for by, or null. */
  memoryComplex: string | null;
  /** Complex that GPUs are asked for by, or null. */
  gpuComplex: string | null;
  /** Further resources: the option's name, and the complex. */
  resources: { name: string; complex: string }[];
  /** More `#$` options of the site, for every server, without the `#$`, e.g. `-l special=1`. */
  extraOptions: string[];
}

/**
 * Renders the template of the Grid Engine job script. The result is a Jinja template that the hub completes
 * for each job with validated values: `queue`, `cores`, `runtime`, `homedir`, ...
 */
export function renderGridengineSubmit(input: GridengineSubmitInput, own?: OwnTemplate): string {
  const asked = "{% if queue %}queue {{ queue }}, {% endif %}{{ cores }} cores, {{ runtime }}";
  const data = { ...input, server: renderServerScript(input, "JOB_ID", asked) };
  return own === undefined ? renderTemplate("submit/gridengine.sh", data) : renderText(own, data);
}
