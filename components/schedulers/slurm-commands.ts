/** Slurm's commands on the login nodes, and what a job script may ask sbatch for. runtime/jupyterhub_hpc/schedulers/slurm.py reads what they print. */
import { type ClusterCommands, literal } from "./scheduler";
import { LOG_DIRECTORY, runtimeSeconds } from "./server-job";
import type { SlurmConfig } from "./slurm";

/** squeue's fields for everybody's jobs. No comment and no name among them: it prints them raw, and a line break there would forge a job. */
const QUEUE_FIELDS = "%i|%u|%T|%B|%S|%r";
/** The marks are comments, so they are asked for one user at a time, who could only deceive themself. */
const MARK_FIELDS = "%i|%k";
/** sinfo's fields as jupyterhub_moss reads them. */
const PARTITION_FIELDS = "%R %F %c %C %G %m %l";

/** Slurm as the login nodes' program sees it. */
export function slurmCommands(slurm: SlurmConfig): ClusterCommands {
  const command = (name: string) => `${slurm.binDirectory.replace(/\/$/, "")}/${name}`;
  const name = `--name=${slurm.jobName}`;
  const list = ["--noheader", "--all", "--states=all", name];
  return {
    jobPattern: "[0-9]{1,12}",
    logFile: `${LOG_DIRECTORY}/server-{job}.log`,
    environment: {},
    commands: {
      submit: [command("sbatch"), "--parsable", "--ignore-pbs", `--job-name=${slurm.jobName}`],
      cancel: [command("scancel"), name, "{job}"],
      queue: [command("squeue"), ...list, `--format=${QUEUE_FIELDS}`],
      find: [command("squeue"), ...list, "--user={user}", `--format=${MARK_FIELDS}`],
      job: [command("scontrol"), "--oneliner", "show", "job", "{job}"],
      partitions: [command("sinfo"), "--all", "--noheader", `--format=${PARTITION_FIELDS}`],
      privacy: [command("scontrol"), "show", "config"],
    },
    script: {
      firstLine: "#!/bin/bash -p",
      markers: ["#SBATCH", "#SLURM", "#PBS", "#BSUB"],
      rules: [
        literal(`--job-name=${slurm.jobName}`),
        { pattern: "--comment=[0-9a-f]{1,64}" },
        { pattern: "--chdir=(?:/[A-Za-z0-9._+@-]+)+" },
        ...["--output=/dev/null", "--export=ALL", "--no-requeue", "--nodes=1", "--ntasks=1"].map(literal),
        ...(slurm.allowReservation ? [{ pattern: "--reservation=[A-Za-z0-9][A-Za-z0-9_.-]{0,63}" }] : []),
        ...slurm.jobOptions.map(literal),
      ],
      offers: Object.entries(slurm.partitions).map(([partition, offer]) => ({
        choice: `--partition=${partition}`,
        rules: [
          { pattern: "--time=([0-9]{1,4}:[0-5][0-9]:[0-5][0-9])", most: runtimeSeconds(offer.maxRuntime) },
          { pattern: "--cpus-per-task=([0-9]{1,6})", most: offer.maxCores },
          {
            pattern: "--mem=([0-9]{1,9})M",
            ...(offer.maxMemoryMb === undefined ? {} : { most: offer.maxMemoryMb }),
          },
          ...(offer.maxGpus > 0
            ? [{ pattern: `--gres=${offer.gpuGres ?? "gpu"}:([0-9]{1,4})`, most: offer.maxGpus }]
            : []),
        ],
      })),
    },
  };
}
