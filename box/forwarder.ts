/** The way from this machine's loopback address to hosts of the box, which no other address of this machine can reach. */
import { mkdir, rm } from "node:fs/promises";
import { daemonPid, startDaemon, stopDaemon } from "./daemon";
import { namespaceOf } from "./hosts/network";
import { bulkDir } from "./paths";
import { address, type Forwarder, type Site } from "./site";

/** The processes of one forwarder: a listener here, one in the client's namespace, and what joins them through a socket file. */
export function forwarderProcesses(site: Site, forwarder: Forwarder): { name: string; argv: [string, ...string[]] }[] {
  const socket = bulkDir(site.name, "sockets", `${forwarder.port}`);
  const target = `TCP4:${address(site, forwarder.host, forwarder.network)}:${forwarder.toPort},connect-timeout=10`;
  const listen = `TCP4-LISTEN:${forwarder.port},bind=127.0.0.1,reuseaddr,fork`;
  const inClient: [string, ...string[]] = [
    "ip",
    "netns",
    "exec",
    namespaceOf(site.name, site.client ?? site.admin),
    "socat",
  ];
  return [
    {
      name: `forward-${forwarder.port}-socket`,
      argv: [...inClient, `UNIX-LISTEN:${socket},unlink-early,fork,mode=600`, target],
    },
    { name: `forward-${forwarder.port}-client`, argv: [...inClient, listen, target] },
    { name: `forward-${forwarder.port}`, argv: ["socat", listen, `UNIX-CONNECT:${socket}`] },
  ];
}

/** Starts the forwarders that do not run; returns how many processes were started. */
export async function ensureForwarders(site: Site): Promise<number> {
  await mkdir(bulkDir(site.name, "sockets"), { recursive: true, mode: 0o700 });
  let started = 0;
  for (const forwarder of site.forwarders) {
    for (const { name, argv } of forwarderProcesses(site, forwarder)) {
      if (await startDaemon({ site: site.name, name, argv })) started += 1;
    }
  }
  return started;
}

/** Whether all processes of all forwarders run. */
export async function forwardersRun(site: Site): Promise<boolean> {
  const names = site.forwarders.flatMap((one) => forwarderProcesses(site, one).map((process) => process.name));
  const pids = await Promise.all(names.map((name) => daemonPid(site.name, name)));
  return pids.every((pid) => pid !== undefined);
}

/** Ends all forwarders and the connections they hold. */
export async function stopForwarders(site: Site): Promise<void> {
  for (const forwarder of site.forwarders) {
    for (const { name } of forwarderProcesses(site, forwarder))
      await stopDaemon(site.name, name, { withChildren: true });
  }
  await rm(bulkDir(site.name, "sockets"), { recursive: true, force: true });
}
