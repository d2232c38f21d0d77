/** The hub's side of Slurm: its part of the hub's configuration file (templates/hub/schedulers/slurm.py.ejs). */
import { type Plain, pythonLiteral } from "../hub/python-literal";
import { FORWARDED_ENVIRONMENT } from "../login/forwarded-environment";
import { renderTemplate } from "../render";
import type { HubContext } from "./scheduler";
import { KEPT_LOGS, LOG_DIRECTORY, runtimeSeconds } from "./server-job";
import type { SlurmConfig } from "./slurm";
import { renderSlurmSubmit } from "./slurm-submit";

/** Slurm's part of the hub's configuration file. */
export function renderSlurmForHub(slurm: SlurmConfig, context: HubContext): string {
  const { environments, namePattern, submitTemplate } = context;
  const values: Record<string, Plain> = {
    startTimeout: slurm.startTimeout,
    usernamePattern: namePattern,
    nodeDomain: slurm.nodeDomain ?? "",
    allowReservation: slurm.allowReservation,
    partitions: partitionsForForm(slurm, environments),
    maxMemory: maxMemory(slurm),
    queryInterval: slurm.queryInterval,
    jobScript: renderSlurmSubmit(
      {
        jobName: slurm.jobName,
        forwardedEnvironment: [...FORWARDED_ENVIRONMENT],
        searchPath: slurm.searchPath,
        moduleInit: slurm.moduleInit,
        modulePath: slurm.modulePath,
        logDirectory: LOG_DIRECTORY,
        keptLogs: KEPT_LOGS,
        extraOptions: slurm.jobOptions,
      },
      submitTemplate,
    ),
  };
  const literals = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, pythonLiteral(value)]));
  return renderTemplate("hub/schedulers/slurm.py", literals);
}

/** The partitions in the shape jupyterhub_moss reads (its README, "Configuration"). */
function partitionsForForm(slurm: SlurmConfig, environments: HubContext["environments"]): Record<string, Plain> {
  const offered = Object.fromEntries(
    environments.map(({ name, title, path, modules }) => [
      name,
      { description: title, path: `${path}/bin`, modules: modules.join(" "), add_to_path: true },
    ]),
  );
  // The form shows the first that it is given.
  const isLater = (name: string) => (name === slurm.defaultPartition ? 0 : 1);
  const ordered = Object.entries(slurm.partitions).sort(([a], [b]) => isLater(a) - isLater(b) || a.localeCompare(b));
  return Object.fromEntries(
    ordered.map(([name, partition]) => [
      name,
      {
        description: partition.description ? `${partition.title}: ${partition.description}` : partition.title,
        architecture: partition.architecture,
        simple: partition.simple,
        gpu: partition.maxGpus > 0 ? `${partition.gpuGres ?? "gpu"}:{}` : "",
        max_ngpus: partition.maxGpus,
        max_nprocs: partition.maxCores,
        max_runtime: runtimeSeconds(partition.maxRuntime),
        jupyter_environments: offered,
      },
    ]),
  );
}

/** MiB by partition, where the stack limits it. */
function maxMemory(slurm: SlurmConfig): Record<string, number> {
  return Object.fromEntries(
    Object.entries(slurm.partitions).flatMap(([name, p]) =>
      p.maxMemoryMb === undefined ? [] : [[name, p.maxMemoryMb]],
    ),
  );
}
