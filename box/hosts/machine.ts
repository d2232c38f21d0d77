/** One host of the box: a Debian booted by systemd-nspawn over an overlay of a cached root, in its own network namespace. */
import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { daemonLog, daemonPid, startDaemon, stopDaemon } from "../daemon";
import { checkout } from "../paths";
import { BoxError } from "../progress";
import type { Host, Site } from "../site";
import { daemonName, leaderOf } from "./leader";
import { namespaceOf, namespacePath } from "./network";
import { ensureOverlay, lowerOf, overlayOf, type SeedFile } from "./overlay";
import { runOn } from "./run";

/** What a host needs to boot beside what the site says of it. */
export interface BootPlan {
  files: SeedFile[];
  /** Directories of this machine to show in the host. */
  binds: { from: string; to: string; readOnly?: boolean }[];
}

/**
 * Boots a host unless it runs.
 * @returns true when it was booted now
 */
export async function startMachine(site: Site, host: Host, plan: BootPlan): Promise<boolean> {
  if ((await leaderOf(site, host)) !== undefined) return false;
  await ensureOverlay(site, host, plan.files);
  const binds = plan.binds.map((bind) => `--bind${bind.readOnly ? "-ro" : ""}=${bind.from}:${bind.to}`);
  await startDaemon({
    site: site.name,
    name: daemonName(host),
    argv: [
      "unshare",
      "--mount",
      "--propagation",
      "private",
      "sh",
      "-eu",
      join(checkout, "box/hosts/boot.sh"),
      namespaceOf(site.name, host.name),
      host.name,
      overlayOf(site, host),
      host.copiedRoot ? "" : lowerOf(host),
      namespacePath(site.name, host.name),
      ...binds,
    ],
  });
  return true;
}

/** Waits until a host has finished booting. */
export async function waitBooted(site: Site, host: Host, timeoutSeconds = 90): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    if ((await daemonPid(site.name, daemonName(host))) === undefined) {
      throw new BoxError(
        `${host.name} did not boot; systemd-nspawn's words are in ${daemonLog(site.name, daemonName(host))}`,
      );
    }
    if ((await leaderOf(site, host)) !== undefined) {
      const probe = await runOn(site, host, ["systemctl", "is-system-running"]).catch(() => undefined);
      const state = probe?.stdout.trim();
      // "degraded" is up, with a unit that failed: whose that is, `status` tells.
      if (state === "running" || state === "degraded") return;
    }
    if (Date.now() > deadline) throw new BoxError(`${host.name} did not finish booting in ${timeoutSeconds} s`);
    await new Promise((wake) => setTimeout(wake, 150));
  }
}

/** Shuts a host down in order; its overlay stays. */
export async function stopMachine(site: Site, host: Host): Promise<boolean> {
  const stopped = await stopDaemon(site.name, daemonName(host), { graceSeconds: 30 });
  const cgroup = namespaceOf(site.name, host.name);
  await removeCgroup(`/sys/fs/cgroup/unified/${cgroup}`);
  await removeCgroup(`/sys/fs/cgroup/${cgroup}`);
  return stopped;
}

/** Removes a control group and those below it; they are empty once the host is down. */
async function removeCgroup(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeCgroup(join(path, entry.name));
  await rmdir(path).catch(() => undefined);
}
