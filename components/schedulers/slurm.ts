/** Slurm, as the login nodes run it: references/vub-hydra.md, "Slurm". What the hub may run there is in slurm-commands.ts, its own side in slurm-hub.ts, the job script in slurm-submit.ts. */
import { z } from "zod";
import { absolutePath, flag, label, title } from "../config/values";
import type { Scheduler } from "./scheduler";
import { jobNaming, longestRun, runtime, serverJob } from "./server-job";
import { slurmCommands } from "./slurm-commands";
import { renderSlurmForHub } from "./slurm-hub";

const partition = z.strictObject({
  title: title().describe("What the form shows for this partition."),
  description: title().optional().describe("One line about the partition, shown under its name."),
  architecture: title().default("").describe("What its nodes are, for example `x86_64 Zen4`."),
  maxCores: z.int().min(1).describe("Most cores one server may ask for. Slurm's own limits apply as well."),
  maxMemoryMb: z
    .int()
    .min(64)
    .optional()
    .describe("Most memory one server may ask for, MiB. Default: what Slurm allows."),
  maxGpus: z.int().min(0).default(0).describe("Most GPUs one server may ask for; 0: the form offers none."),
  gpuGres: z
    .string()
    .regex(/^gpu(:[A-Za-z0-9_-]{1,63})?$/, { error: "must be a gres such as gpu or gpu:a100" })
    .optional()
    .describe("The gres that asks for one GPU's type, where the site has several, such as `gpu:a100`."),
  maxRuntime: runtime()
    .default("12:00:00")
    .describe("Longest run time a server may ask for, [days-]hours:minutes:seconds."),
  simple: flag().default(true).describe("Offer the partition in the form's simple tab too."),
});

/** `scheduler.slurm` of a stack's configuration. */
export const slurmSection = z
  .strictObject({
    partitions: z
      .record(label(), partition)
      .refine((all) => Object.keys(all).length > 0, { error: "must name at least one partition" })
      .describe("The partitions that servers may run in."),
    defaultPartition: label()
      .optional()
      .describe(
        "The partition that the form shows first. Default: the first by name; Pulumi keeps no other order of them.",
      ),
    binDirectory: absolutePath()
      .default("/usr/bin")
      .describe("Where sbatch, squeue, scancel, sinfo and scontrol are on the login nodes."),
    ...jobNaming,
    allowReservation: flag().default(false).describe("Users may name a reservation."),
    jobOptions: z
      .array(
        z.string().regex(/^--[a-z][a-z-]*(=[^\s]+)?$/, { error: "must be an sbatch option such as --account=jupyter" }),
      )
      .default([])
      .describe("Further sbatch options of every server's job."),
    ...serverJob,
  })
  .refine(({ partitions, defaultPartition: chosen }) => chosen === undefined || chosen in partitions, {
    path: ["defaultPartition"],
    error: "must be the name of one of `partitions`",
  });

/** A validated `scheduler.slurm`. */
export type SlurmConfig = z.output<typeof slurmSection>;

/** Slurm as configured. */
export function slurm(config: SlurmConfig): Scheduler {
  return {
    name: "slurm",
    longestRun: longestRun(Object.values(config.partitions)),
    cluster: slurmCommands(config),
    examples: Object.entries(config.partitions).flatMap(
      ([partition, { maxCores, maxGpus, maxMemoryMb, maxRuntime }]) => [
        { partition },
        {
          partition,
          nprocs: maxCores,
          runtime: maxRuntime,
          ...(maxGpus > 0 && { ngpus: maxGpus }),
          ...(maxMemoryMb !== undefined && { memory: `${maxMemoryMb}M` }),
        },
      ],
    ),
    hubSection: (context) => renderSlurmForHub(config, context),
  };
}
