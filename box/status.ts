/** `npm run box -- status`: what runs, what failed, and how much memory it takes. */
import { readdir, readFile } from "node:fs/promises";
import { execa } from "execa";
import { daemonPid } from "./daemon";
import { forwardersRun } from "./forwarder";
import { daemonName, leaderOf } from "./hosts/leader";
import { runOn } from "./hosts/run";
import { runDir } from "./paths";
import { type Front, type Host, machines, type Site } from "./site";

/** Megabytes (proportional set size) of a process and all it started. */
async function megabytes(root: number): Promise<number> {
  const children = new Map<number, number[]>();
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const status = await readFile(`/proc/${entry}/status`, "utf8").catch(() => "");
    const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  let sum = 0;
  const queue = [root];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
    sum += Number(/^Pss:\s*(\d+)/m.exec(rollup)?.[1] ?? 0);
    queue.push(...(children.get(pid) ?? []));
  }
  return sum / 1024;
}

async function hostLine(site: Site, host: Host): Promise<{ line: string; megabytes: number; up: boolean }> {
  const leader = await leaderOf(site, host);
  const name = host.name.padEnd(10);
  if (leader === undefined) return { line: `${name} down`, megabytes: 0, up: false };
  const failed = (await runOn(site, host, ["systemctl", "--failed", "--no-legend", "--plain"])).stdout.trim();
  const units = failed
    .split("\n")
    .map((line) => line.split(" ")[0])
    .join(" ");
  const size = await megabytes((await daemonPid(site.name, daemonName(host))) ?? leader);
  return {
    line: `${name} up     ${size.toFixed(0).padStart(5)} MB   ${failed === "" ? "" : `failed: ${units}`}`,
    megabytes: size,
    up: true,
  };
}

async function loginAnswers(site: Site, front: Front): Promise<boolean> {
  const login = `${front.url}/hub/login`;
  const args = ["-sf", "-o", "/dev/null", "-m", "5", "--cacert", runDir(site.name, "ca.pem"), login];
  const answers = (await execa("curl", args, { reject: false })).exitCode === 0;
  console.log(`${login} ${answers ? "answers" : "does not answer"}`);
  return answers;
}

/**
 * Prints the state of a site's box.
 * @returns true when everything runs and the log-in page answers
 */
export async function status(site: Site): Promise<boolean> {
  const hosts = await Promise.all(machines(site).map((host) => hostLine(site, host)));
  for (const host of hosts) console.log(host.line);
  const forwarders = await forwardersRun(site);
  if (site.forwarders.length > 0) console.log(`forwarders ${forwarders ? "up" : "down"}`);
  const answers = site.front === undefined || (await loginAnswers(site, site.front));
  console.log(`memory     ${hosts.reduce((sum, host) => sum + host.megabytes, 0).toFixed(0)} MB`);
  return hosts.every((host) => host.up) && forwarders && answers;
}
