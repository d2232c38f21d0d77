/** Grid Engine: references/sheffield-sharc.rst. What the hub may run is in gridengine-commands.ts, its own side in gridengine-hub.ts, the job script in gridengine-submit.ts. */
import { z } from "zod";
import { absolutePath, flag, label, port, title } from "../config/values";
import { gridengineCommands, gridengineEnvironment } from "./gridengine-commands";
import { renderGridengineForHub } from "./gridengine-hub";
import { registrationSection, SubmitHosts } from "./gridengine-registration";
import { resource, UNSPECIFIED } from "./gridengine-resource";
import type { Scheduler } from "./scheduler";
import { jobNaming, longestRun, runtime, runtimeSeconds, serverJob } from "./server-job";

/** Names that the form's own fields have. */
const OWN_FIELDS = ["queue", "cores", "runtime", "memory", "gpus", "project", "environment_id", "default_url"];

const queue = z.strictObject({
  name: label().describe(
    "The queue. Under the name `any` Grid Engine chooses: no queue is written into the job script.",
  ),
  title: title().describe("What the form shows for this queue."),
  description: title().optional().describe("One line about the queue, shown below the choice."),
  maxCores: z
    .int()
    .min(1)
    .max(999_999)
    .default(1)
    .describe("Most cores one server may ask for. More than one needs `parallelEnvironment`."),
  maxMemoryMb: z
    .int()
    .min(64)
    .optional()
    .describe(
      "Most memory one server may ask for, MiB, for each core or for the job as `memory.per` says. Default: what Grid Engine allows.",
    ),
  maxGpus: z.int().min(0).default(0).describe("Most GPUs one server may ask for; 0: none. More than 0 needs `gpus`."),
  maxRuntime: runtime()
    .default("12:00:00")
    .describe("Longest run time a server may ask for, [days-]hours:minutes:seconds."),
});

const project = z.strictObject({
  name: label().describe("The project. Under the name `default` or `any` none is written into the job script."),
  title: title().describe("What the form shows for this project."),
  description: title().optional().describe("One line about the project, shown below the choice."),
});

/** `scheduler.gridengine` of a stack's configuration. */
export const gridengineSection = z
  .strictObject({
    root: absolutePath().describe("SGE_ROOT: where Grid Engine lies on the hosts that submit, such as `/opt/sge`."),
    cell: label().default("default").describe("SGE_CELL: the cell, a directory below it."),
    qmasterPort: port().optional().describe("SGE_QMASTER_PORT. Default: the hosts' /etc/services has it."),
    execdPort: port().optional().describe("SGE_EXECD_PORT. Default: the hosts' /etc/services has it."),
    clusterName: label().optional().describe("SGE_CLUSTER_NAME. Default: not set."),
    binDirectory: absolutePath()
      .default("/usr/bin")
      .describe("Where qsub, qstat, qdel and qacct are on those hosts, such as `/opt/sge/bin/lx-amd64`."),
    queues: z
      .array(queue)
      .min(1, "must name at least one queue")
      .describe("The queues that servers may run in; the first is the form's default."),
    readLimits: flag()
      .default(false)
      .describe(
        "Ask Grid Engine (by qstat, which answers on every submit host) how many slots and how much time its queues give, and offer no more than that; a queue without hosts is not offered. The stack's own limits hold besides.",
      ),
    parallelEnvironment: label()
      .optional()
      .describe(
        "Parallel environment in which servers with more than one core run. Its slots must be on one host (`allocation_rule $pe_slots`).",
      ),
    memory: z
      .strictObject({
        complex: label()
          .default("h_vmem")
          .describe("The complex that memory is asked for by, such as `rmem` or `h_vmem`."),
        per: z
          .enum(["core", "job"], { error: "must be core or job" })
          .default("core")
          .describe("What an amount is for, as the complex is defined: `core` for consumable YES, `job` for JOB."),
      })
      .optional()
      .describe("Lets users ask for memory. Default: each server has what the cluster gives by default."),
    gpus: z
      .strictObject({
        complex: label().default("gpu").describe("The complex that GPUs are asked for by, counted as it is defined."),
      })
      .optional()
      .describe("Lets users ask for GPUs, in queues with `maxGpus`."),
    projects: z
      .array(project)
      .default([])
      .describe(
        "The projects that servers may be charged to; the first is the form's default. Default: none is asked for.",
      ),
    resources: z
      .array(resource)
      .default([])
      .describe("Further resources, each a field of the form and a line of the job script."),
    registration: registrationSection
      .optional()
      .describe("Has Grid Engine know the hosts that servers are submitted on. Default: they are registered already."),
    defaultRuntime: runtime().default("1:00:00").describe("Run time of a server whose user asks for none."),
    ...jobNaming,
    jobOptions: z
      .array(
        z
          .string()
          .regex(/^-[a-zA-Z_]+( [^\s\\"'#]+)*$/, { error: "must be a qsub option such as -l special_feature=1" }),
      )
      .default([])
      .describe(
        "Further qsub options of every server's job. Files of default options (sge_request), the cluster's and the user's own, are not read.",
      ),
    ...serverJob,
  })
  .superRefine((section, context) => {
    const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
    section.queues.forEach(({ maxCores, maxGpus, maxMemoryMb, maxRuntime }, i) => {
      if (maxCores > 1 && section.parallelEnvironment === undefined)
        refuse(["queues", i, "maxCores"], "needs parallelEnvironment: name one whose slots are on one host");
      if (maxGpus > 0 && section.gpus === undefined)
        refuse(["queues", i, "maxGpus"], "needs gpus: name the complex they are asked for by");
      if (maxMemoryMb !== undefined && section.memory === undefined)
        refuse(["queues", i, "maxMemoryMb"], "needs memory: name the complex it is asked for by");
      if (runtimeSeconds(maxRuntime) < runtimeSeconds(section.defaultRuntime))
        refuse(
          ["queues", i, "maxRuntime"],
          `is less than defaultRuntime, which is ${section.defaultRuntime}: lower that`,
        );
    });
    const lists = { queues: section.queues, projects: section.projects, resources: section.resources };
    for (const [key, list] of Object.entries(lists))
      for (const i of repeated(list.map(({ name }) => name)))
        refuse([key, i, "name"], "is used twice; any and default mean the same");
    section.resources.forEach(({ name }, i) => {
      if (OWN_FIELDS.includes(name))
        refuse(["resources", i, "name"], "is one of the form's own fields: choose another, and set complex");
    });
  });

/** Where a name stands that stood before; names that leave the choice to Grid Engine are one and the same. */
function repeated(names: string[]): number[] {
  const plain = names.map((name) => (UNSPECIFIED.includes(name) ? "" : name));
  return plain.flatMap((name, i) => (plain.indexOf(name) < i ? [i] : []));
}

/** A validated `scheduler.gridengine`. */
export type GridengineConfig = z.output<typeof gridengineSection>;

/** The most that a user may ask for in a queue. */
function most(config: GridengineConfig, queue: GridengineConfig["queues"][number]): Record<string, unknown> {
  return {
    queue: queue.name,
    cores: queue.maxCores,
    runtime: queue.maxRuntime,
    ...(queue.maxMemoryMb !== undefined && { memory: `${queue.maxMemoryMb}M` }),
    ...(queue.maxGpus > 0 && { gpus: queue.maxGpus }),
    ...(config.projects.length > 0 && { project: config.projects.at(-1)?.name }),
    ...Object.fromEntries(config.resources.map(({ name, choices, most }) => [name, choices?.at(-1)?.value ?? most])),
  };
}

/** Grid Engine as configured. */
export function gridengine(config: GridengineConfig): Scheduler {
  const { registration } = config;
  return {
    name: "gridengine",
    longestRun: longestRun(config.queues),
    cluster: gridengineCommands(config),
    examples: config.queues.flatMap((queue) => [{ queue: queue.name }, most(config, queue)]),
    hubSection: (context) => renderGridengineForHub(config, context),
    ...(registration && {
      register: (name, root, opts) =>
        new SubmitHosts(
          name,
          { registration, binDirectory: config.binDirectory, environment: gridengineEnvironment(config), root },
          opts,
        ),
    }),
  };
}
