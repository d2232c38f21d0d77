/** A real Grid Engine: a master, execution hosts, and clients with its commands. Which hosts may submit is not decided here. */
import type { RootLayer } from "../debian/roots";
import type { SeedFile } from "../hosts/overlay";
import { mustRunOn, runOn } from "../hosts/run";
import { BoxError } from "../progress";
import { type Host, hostNamed, type Site, schedulerOf } from "../site";
import { waitUntil } from "../wait";
import { clusterObjects } from "./gridengine-objects";
import type { Scheduler } from "./index";

/** The commands, and what every host of the cluster has besides. */
export const gridengineClient: RootLayer = {
  name: "gridengine-client",
  mode: "install",
  packages: ["gridengine-client", "lmod", "python3", "python3-venv", "openssh-client", "git"],
};
/** The master. */
export const gridengineMaster: RootLayer = {
  name: "gridengine-master",
  mode: "install",
  packages: ["gridengine-master"],
};
/** An execution host. */
export const gridengineNode: RootLayer = { name: "gridengine-exec", mode: "install", packages: ["gridengine-exec"] };

const root = "/var/lib/gridengine";
const spool = "/var/spool/gridengine";

/** Makes the cluster's database anew: the package made one for the machine on which the root was built. */
const initialise = `set -eu
[ ! -e ${spool}/box-initialised ] || exit 0
systemctl stop gridengine-master
rm -rf ${spool}/qmaster ${spool}/spooldb
install -d -o sgeadmin -g sgeadmin ${spool}/qmaster ${spool}/qmaster/job_scripts ${spool}/spooldb
chown -R sgeadmin:sgeadmin ${root}/default
runuser -u sgeadmin -- /usr/share/gridengine/scripts/init_cluster ${root} default ${spool}/spooldb sgeadmin
touch ${spool}/box-initialised
`;

/**
 * The cell's directory is one that all its hosts share, as sites have it: the master's record of ended jobs is a file there, which qacct reads.
 * The first host brings what is in it, links of the others lead there.
 */
const shareCell = `set -eu
own=${root}/default/common shared=/apps/gridengine
[ ! -L $own ] || exit 0
[ -e $shared/bootstrap ] || cp -a $own $shared
mv $own $own.own
ln -s $shared $own
`;

/** In the place of the package's init script, which leaves the daemon running that it should stop while that waits for a master. */
const nodeUnit = `[Unit]
Description=Grid Engine execution daemon
After=network-online.target
[Service]
Environment=SGE_ROOT=${root} SGE_CELL=default SGE_ND=1
ExecStartPre=/usr/bin/install -d -o sgeadmin -g sgeadmin /run/gridengine
ExecStart=/usr/lib/gridengine/sge_execd
KillMode=process
Restart=always
[Install]
WantedBy=multi-user.target
`;

const restartNode = "systemctl enable --quiet gridengine-exec && systemctl restart gridengine-exec\n";

/** The nodes whose queue takes no jobs, from the output of `qstat -f`: a queue that does has a load and no state. */
export function nodesNotReady(nodes: string[], output: string): string[] {
  const ready = [...output.matchAll(/^all\.q@(\S+) +\S+ +\S+ +[0-9.]+ +\S+ *$/gm)].map(([, node]) => node);
  return nodes.filter((node) => !ready.includes(node));
}

async function prepare(): Promise<void> {}

async function seed(site: Site, host: Host): Promise<SeedFile[]> {
  const { controller, nodes, clients } = schedulerOf(site);
  if (![controller, ...nodes, ...clients].includes(host.name)) return [];
  const master = { path: `${root}/default/common/act_qmaster`, content: `${controller}\n` };
  const unit = { path: "/etc/systemd/system/gridengine-exec.service", content: nodeUnit };
  return nodes.includes(host.name) ? [master, unit] : [master];
}

/** Starts what is not started, describes the cluster to its master, and waits until every node takes jobs. */
async function start(site: Site): Promise<string> {
  const { controller, nodes, clients } = schedulerOf(site);
  const on = hostNamed(site, controller);
  await mustRunOn(site, on, ["sh"], { input: initialise });
  for (const host of [controller, ...nodes, ...clients])
    await mustRunOn(site, hostNamed(site, host), ["sh"], { input: shareCell });
  await mustRunOn(site, on, ["systemctl", "start", "gridengine-master"]);
  const answers = async () => (await runOn(site, on, ["qconf", "-sm"], { user: "sgeadmin" })).exitCode === 0;
  await waitUntil("Grid Engine's master to answer", answers, 30);
  await mustRunOn(site, on, ["sh"], { user: "sgeadmin", input: clusterObjects(site) });
  let states = "";
  const waiting = async () => {
    states = await mustRunOn(site, on, ["qstat", "-f"], { user: "sgeadmin" });
    return nodesNotReady(nodes, states);
  };
  // One that found no master, or was not known to it, would try again after a minute.
  const restart = (node: string) => mustRunOn(site, hostNamed(site, node), ["sh"], { input: restartNode });
  await Promise.all((await waiting()).map(restart));
  await waitUntil("Grid Engine's queues to be ready", async () => (await waiting()).length === 0, 90).catch(() => {
    throw new BoxError(`Grid Engine's queues are not ready:\n${states}\nnpm run box -- logs ${controller}`);
  });
  return `${nodes.join(", ")} take jobs`;
}

/** Grid Engine, as the box boots it. */
export const scheduler: Scheduler = { prepare, seed, start };
