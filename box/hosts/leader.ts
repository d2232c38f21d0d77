/** How a running host is found: systemd-nspawn's process, and the host's own PID 1 below it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { daemonPid } from "../daemon";
import type { Host, Site } from "../site";

/** The name under which a host's systemd-nspawn is remembered. */
export function daemonName(host: Host): string {
  return `host-${host.name}`;
}

/** Process id of systemd-nspawn's child that is PID 1 of the host; undefined while there is none. */
export async function leaderOf(site: Site, host: Host): Promise<number | undefined> {
  const nspawn = await daemonPid(site.name, daemonName(host));
  if (nspawn === undefined) return undefined;
  const children = await readFile(`/proc/${nspawn}/task/${nspawn}/children`, "utf8").catch(() => "");
  for (const child of children.split(" ").filter((pid) => pid !== "")) {
    const status = await readFile(`/proc/${child}/status`, "utf8").catch(() => "");
    if (/^NSpid:.*\s1$/m.test(status)) return Number(child);
  }
  return undefined;
}

/** The directory of a process's cgroup2 group, wherever this machine has mounted that tree. */
export async function cgroupOf(pid: number): Promise<string> {
  const mounts = await readFile("/proc/self/mounts", "utf8");
  const root = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1] ?? "/sys/fs/cgroup";
  const path = /^0::(.*)$/m.exec(await readFile(`/proc/${pid}/cgroup`, "utf8"))?.[1] ?? "/";
  return join(root, path);
}
