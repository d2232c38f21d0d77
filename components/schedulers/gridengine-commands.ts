/** Grid Engine's commands where servers are submitted, and what a job script may ask qsub for. runtime/jupyterhub_hpc/schedulers/gridengine.py reads what they print. */
import type { GridengineConfig } from "./gridengine";
import { UNSPECIFIED } from "./gridengine-resource";
import { HAND_OVER_DIRECTORY } from "./gridengine-submit";
import { type ClusterCommands, literal, type OptionRule } from "./scheduler";
import { LOG_DIRECTORY, runtimeSeconds } from "./server-job";

/** The end of every server's name: what the hub wrote on it, and the name of the file that its environment is handed over in. */
const MARK = "[0-9a-f]{16}";

/** Grid Engine as the program on its submit hosts sees it. */
export function gridengineCommands(sge: GridengineConfig): ClusterCommands {
  const command = (name: string) => `${sge.binDirectory.replace(/\/$/, "")}/${name}`;
  const name = literal(sge.jobName).pattern;
  return {
    jobPattern: "[0-9]{1,12}",
    logFile: `${LOG_DIRECTORY}/server-{job}.log`,
    environment: gridengineEnvironment(sge),
    commands: {
      submit: [command("qsub"), "-terse"],
      cancel: [command("qdel"), "{job}"],
      queue: [command("qstat"), "-u", "*", "-xml"],
      find: [command("qstat"), "-u", "{user}", "-xml"],
      job: [command("qstat"), "-j", "{job}"],
      ended: [command("qacct"), "-j", "{job}"],
      partitions: sge.readLimits ? [command("qstat"), "-F", "h_rt", "-xml"] : [],
      privacy: [],
    },
    ownJob: { command: [command("qstat"), "-j", "{job}"], line: `job_name: +${name}-${MARK}` },
    handOver: { file: `${HAND_OVER_DIRECTORY}/{mark}`, mark: `-N ${name}-(${MARK})` },
    script: {
      firstLine: "#!/bin/bash -p",
      markers: ["#$"],
      rules: [
        { pattern: `-N ${name}-${MARK}` },
        ...["-clear", "-S /bin/bash", "-wd /", "-o /dev/null", "-j y", "-r n"].map(literal),
        ...sge.projects
          .filter(({ name }) => !UNSPECIFIED.includes(name))
          .map((project) => literal(`-P ${project.name}`)),
        ...resourceRules(sge),
        ...sge.jobOptions.map(literal),
      ],
      offers: sge.queues.map((offer) => ({
        choice: UNSPECIFIED.includes(offer.name) ? "" : `-q ${offer.name}`,
        rules: [
          { pattern: "-l h_rt=([0-9]{1,4}:[0-5][0-9]:[0-5][0-9])", most: runtimeSeconds(offer.maxRuntime) },
          ...(sge.parallelEnvironment === undefined || offer.maxCores === 1
            ? []
            : [{ pattern: `${literal(`-pe ${sge.parallelEnvironment}`).pattern} ([0-9]{1,6})`, most: offer.maxCores }]),
          ...(sge.memory === undefined ? [] : [limited(sge.memory.complex, "([0-9]{1,9})M", offer.maxMemoryMb)]),
          ...(sge.gpus === undefined || offer.maxGpus === 0
            ? []
            : [limited(sge.gpus.complex, "([0-9]{1,4})", offer.maxGpus)]),
        ],
      })),
    },
  };
}

/** What Grid Engine's commands, and no others, find in their environment. */
export function gridengineEnvironment(sge: GridengineConfig): Record<string, string> {
  return {
    SGE_ROOT: sge.root,
    SGE_CELL: sge.cell,
    ...(sge.qmasterPort === undefined ? {} : { SGE_QMASTER_PORT: String(sge.qmasterPort) }),
    ...(sge.execdPort === undefined ? {} : { SGE_EXECD_PORT: String(sge.execdPort) }),
    ...(sge.clusterName === undefined ? {} : { SGE_CLUSTER_NAME: sge.clusterName }),
  };
}

function resourceRules(sge: GridengineConfig): OptionRule[] {
  return sge.resources.flatMap(({ name, complex = name, choices, most }) =>
    choices === undefined
      ? [limited(complex, "([0-9]{1,6})", most)]
      : choices
          .filter(({ value }) => !UNSPECIFIED.includes(value))
          .map(({ value }) => literal(`-l ${complex}=${value}`)),
  );
}

const limited = (complex: string, amount: string, most: number | undefined): OptionRule => ({
  pattern: `${literal(`-l ${complex}`).pattern}=${amount}`,
  ...(most === undefined ? {} : { most }),
});
