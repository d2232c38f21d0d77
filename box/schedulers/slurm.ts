/** A real Slurm: a controller, compute nodes, and clients that only submit. No accounting database, no cgroups. */
import { randomBytes } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import type { RootLayer } from "../debian/roots";
import type { SeedFile } from "../hosts/overlay";
import { mustRunOn, runOn } from "../hosts/run";
import { runDir } from "../paths";
import { BoxError } from "../progress";
import { address, type Host, hostNamed, type Site, schedulerOf } from "../site";
import { waitUntil } from "../wait";
import type { Scheduler } from "./index";

/** What a login node has, and every other host of the cluster besides its own daemon. */
export const slurmClient: RootLayer = {
  name: "slurm-client",
  mode: "install",
  packages: ["slurm-client", "munge", "lmod", "python3", "python3-venv", "openssh-client", "git"],
};
/** The controller. */
export const slurmController: RootLayer = { name: "slurm-controller", mode: "install", packages: ["slurmctld"] };
/** A compute node. */
export const slurmNode: RootLayer = { name: "slurm-node", mode: "install", packages: ["slurmd"] };

/** CPUs and megabytes each node is said to have, whatever the machine has. */
const nodeSize = { cpus: 4, megabytes: 4000 };

/**
 * slurm.conf, the same on every host of the cluster. Without cgroups it is the accounting that ends a job for its memory, within
 * five seconds; without an accounting database there are no accounts, associations or qualities of service to be refused for.
 */
export function slurmConf(site: Site): string {
  const { controller, nodes } = schedulerOf(site);
  const last = nodes.slice(-1).join(",");
  return `# Slurm of the box ${site.name}.
ClusterName=box
SlurmctldHost=${controller}(${address(site, controller, "inside")})
AuthType=auth/munge
CredType=cred/munge
SlurmUser=slurm
StateSaveLocation=/var/lib/slurm/slurmctld
SlurmdSpoolDir=/var/lib/slurm/slurmd
SlurmctldPidFile=/run/slurmctld.pid
SlurmdPidFile=/run/slurmd.pid
SlurmctldLogFile=/var/log/slurm/slurmctld.log
SlurmdLogFile=/var/log/slurm/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherParams=OverMemoryKill
JobAcctGatherFrequency=task=5
EnforcePartLimits=ALL
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,batch_sched_delay=0,sched_min_interval=100000
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
KillWait=5
MinJobAge=120
DefMemPerCPU=500
PropagateResourceLimits=NONE
${nodes.map((node) => `NodeName=${node} NodeAddr=${address(site, node, "inside")} CPUs=${nodeSize.cpus} Boards=1 SocketsPerBoard=1 CoresPerSocket=${nodeSize.cpus} ThreadsPerCore=1 RealMemory=${nodeSize.megabytes} State=UNKNOWN`).join("\n")}
PartitionName=short Nodes=${nodes.join(",")} Default=YES MaxTime=04:00:00 DefaultTime=01:00:00 State=UP
PartitionName=long Nodes=${last} MaxTime=2-00:00:00 DefaultTime=01:00:00 State=UP
`;
}

/** cgroup.conf: none are to be had. */
const cgroupConf = "CgroupPlugin=disabled\n";

/** Modules of the site's shared software, for every shell that reads /etc/profile. */
const moduleProfile = (site: Site) => `# Software of the cluster.
export MODULEPATH=${site.modulePath}\${MODULEPATH:+:$MODULEPATH}
`;

/** Makes the secret that the hosts of the cluster share. */
async function prepare(site: Site): Promise<void> {
  const path = runDir(site.name, "munge.key");
  if ((await stat(path).catch(() => undefined)) !== undefined) return;
  await writeFile(path, randomBytes(64).toString("hex"), { mode: 0o600 });
}

async function seed(site: Site, host: Host): Promise<SeedFile[]> {
  const { controller, nodes, clients } = schedulerOf(site);
  if (![controller, ...nodes, ...clients].includes(host.name)) return [];
  return [
    { path: "/etc/slurm/slurm.conf", content: slurmConf(site) },
    { path: "/etc/slurm/cgroup.conf", content: cgroupConf },
    {
      path: "/etc/munge/munge.key",
      content: await readFile(runDir(site.name, "munge.key"), "utf8"),
      mode: 0o400,
      owner: "munge",
    },
    { path: "/etc/profile.d/00-box-modulepath.sh", content: moduleProfile(site) },
  ];
}

/** Starts what is not started, and waits until every node is ready for jobs. */
async function start(site: Site): Promise<string> {
  const { controller, nodes } = schedulerOf(site);
  const on = hostNamed(site, controller);
  await mustRunOn(site, on, ["systemctl", "start", "munge", "slurmctld"]);
  await Promise.all(
    nodes.map((node) => mustRunOn(site, hostNamed(site, node), ["systemctl", "start", "munge", "slurmd"])),
  );
  let states = "";
  const ready = async () => {
    states = (
      await runOn(site, on, ["sinfo", "--noheader", "--Node", "--partition=short", "--format=%N %T"])
    ).stdout.trim();
    const lines = states.split("\n");
    return lines.length === nodes.length && lines.every((line) => /^\S+ (idle|mixed|allocated|completing)$/.test(line));
  };
  await waitUntil("Slurm's nodes to be ready", ready, 60).catch(() => {
    throw new BoxError(
      `Slurm's nodes are not ready: ${states.replaceAll("\n", ", ")}. npm run box -- logs ${controller}`,
    );
  });
  return states.replaceAll("\n", ", ");
}

/** Slurm, as the box boots it. */
export const scheduler: Scheduler = { prepare, seed, start };
