/** How a stack's configuration of Slurm becomes the hub's. */
import type { StackConfig } from "../config/schema";
import type { EnvironmentInput, HubConfigInput } from "../hub/hub-config";
import { FORWARDED_ENVIRONMENT } from "../login/forwarded-environment";
import type { SlurmConfig } from "./slurm";
import { renderSlurmSubmit } from "./slurm-submit";

/** Where a job's log lies below the user's home. */
const LOG_DIRECTORY = ".jupyterhub/logs";

/** The `slurm` part of the hub's configuration. */
export function slurmForHub(slurm: SlurmConfig, environments: StackConfig["environments"]): HubConfigInput["slurm"] {
  const offered = Object.fromEntries(
    environments.map((e): [string, EnvironmentInput] => [
      e.name,
      { description: e.title, path: `${e.path}/bin`, modules: e.modules },
    ]),
  );
  return {
    binDirectory: slurm.binDirectory,
    jobName: slurm.jobName,
    jobScript: renderSlurmSubmit({
      jobName: slurm.jobName,
      forwardedEnvironment: [...FORWARDED_ENVIRONMENT],
      searchPath: slurm.searchPath,
      moduleInit: slurm.moduleInit,
      modulePath: slurm.modulePath,
      logDirectory: LOG_DIRECTORY,
      extraOptions: slurm.jobOptions,
    }),
    partitions: Object.fromEntries(
      Object.entries(slurm.partitions).map(([name, partition]) => [
        name,
        {
          description: partition.description ? `${partition.title}: ${partition.description}` : partition.title,
          architecture: partition.architecture,
          simple: partition.simple,
          maxCores: partition.maxCores,
          maxMemoryMb: partition.maxMemoryMb ?? null,
          maxGpus: partition.maxGpus,
          gpuGres: partition.gpuGres ?? null,
          maxRuntimeSeconds: runtimeSeconds(partition.maxRuntime),
          environments: offered,
        },
      ]),
    ),
    queryInterval: slurm.queryInterval,
    startTimeout: slurm.startTimeout,
    nodeDomain: slurm.nodeDomain ?? null,
    allowReservation: slurm.allowReservation,
  };
}

/** Seconds of a Slurm run time, [days-]hours:minutes:seconds (sbatch(1), --time). */
export function runtimeSeconds(runtime: string): number {
  const [days, clock] = runtime.includes("-") ? runtime.split("-") : ["0", runtime];
  const [hours = 0, minutes = 0, seconds = 0] = (clock ?? "").split(":").map(Number);
  return ((Number(days) * 24 + hours) * 60 + minutes) * 60 + seconds;
}
