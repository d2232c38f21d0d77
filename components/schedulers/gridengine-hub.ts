/** The hub's side of Grid Engine: its part of the hub's configuration file (templates/hub/schedulers/gridengine.py.ejs). */
import { type Plain, pythonLiteral } from "../hub/python-literal";
import { FORWARDED_ENVIRONMENT } from "../login/forwarded-environment";
import { renderTemplate } from "../render";
import type { GridengineConfig } from "./gridengine";
import { HAND_OVER_DIRECTORY, renderGridengineSubmit } from "./gridengine-submit";
import type { HubContext } from "./scheduler";
import { KEPT_LOGS, LOG_DIRECTORY, runtimeSeconds } from "./server-job";

/** Grid Engine's part of the hub's configuration file. */
export function renderGridengineForHub(sge: GridengineConfig, context: HubContext): string {
  const { environments, namePattern, submitTemplate } = context;
  const values: Record<string, Plain> = {
    startTimeout: sge.startTimeout,
    usernamePattern: namePattern,
    nodeDomain: sge.nodeDomain ?? "",
    readLimits: sge.readLimits,
    offer: offerForForm(sge, environments),
    jobName: sge.jobName,
    queryInterval: sge.queryInterval,
    jobScript: renderGridengineSubmit(
      {
        jobName: sge.jobName,
        forwardedEnvironment: [...FORWARDED_ENVIRONMENT],
        handOverDirectory: HAND_OVER_DIRECTORY,
        parallelEnvironment: sge.parallelEnvironment ?? null,
        memoryComplex: sge.memory?.complex ?? null,
        gpuComplex: sge.gpus?.complex ?? null,
        resources: sge.resources.map(({ name, complex = name }) => ({ name, complex })),
        searchPath: sge.searchPath,
        moduleInit: sge.moduleInit,
        modulePath: sge.modulePath,
        logDirectory: LOG_DIRECTORY,
        keptLogs: KEPT_LOGS,
        extraOptions: sge.jobOptions,
      },
      submitTemplate,
    ),
  };
  const literals = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, pythonLiteral(value)]));
  return renderTemplate("hub/schedulers/gridengine.py", literals);
}

/** What is offered, as the form and the check of the options read it (runtime/jupyterhub_hpc/schedulers/gridengine_options.py). */
function offerForForm(sge: GridengineConfig, environments: HubContext["environments"]): Record<string, Plain> {
  const described = ({ title, description }: { title: string; description?: string | undefined }) => ({
    title,
    description: description ?? "",
  });
  return {
    queues: Object.fromEntries(
      sge.queues.map((queue) => [
        queue.name,
        {
          ...described(queue),
          max_cores: queue.maxCores,
          max_memory_mb: queue.maxMemoryMb ?? null,
          max_gpus: queue.maxGpus,
          max_runtime: runtimeSeconds(queue.maxRuntime),
        },
      ]),
    ),
    memory: sge.memory === undefined ? null : { per: sge.memory.per },
    projects: Object.fromEntries(sge.projects.map((one) => [one.name, described(one)])),
    resources: Object.fromEntries(
      sge.resources.map((one) => [
        one.name,
        // A list, as numbers among an object's keys come first.
        {
          ...described(one),
          choices: (one.choices ?? []).map(({ value, title }) => [value, title]),
          most: one.most ?? 0,
        },
      ]),
    ),
    environments: Object.fromEntries(
      environments.map(({ name, title, path, modules }) => [
        name,
        { description: title, path: `${path}/bin`, modules: modules.join(" ") },
      ]),
    ),
    default_runtime: sge.defaultRuntime,
  };
}
