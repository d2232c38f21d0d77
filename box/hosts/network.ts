/** The networks of a box: one network namespace a host, and one ("switch") that holds the bridges between them. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { boxPrefix } from "../paths";
import { type Host, hostsFile, type Site } from "../site";

/** The network namespace of a host. */
export function namespaceOf(site: string, host: string): string {
  return `${boxPrefix}-${site}-${host}`;
}

/** The path under which a namespace can be entered. */
export function namespacePath(site: string, host: string): string {
  return `/run/netns/${namespaceOf(site, host)}`;
}

const switchName = "switch";

/** Commands for `ip -batch` in the switch namespace: the bridges. */
export function bridgeCommands(site: Site): string[] {
  return site.networks.flatMap((network) => [
    `link add ${network.name} type bridge forward_delay 0`,
    `address add ${network.ipv4}.1/24 dev ${network.name}`,
    `address add ${network.ipv6}1/64 dev ${network.name} nodad`,
    `link set ${network.name} up`,
  ]);
}

/** The end of a host's cable in the switch namespace. */
function portOf(network: { name: string }, host: Host): string {
  return `${network.name.slice(0, 3)}-${host.name}`.slice(0, 15);
}

/** Commands for `ip -batch` in the switch namespace: a cable from each bridge into the host's namespace. */
export function cableCommands(site: Site, host: Host): string[] {
  return attached(site, host).flatMap((network) => {
    const port = portOf(network, host);
    return [
      `link add ${port} type veth peer name ${network.name} netns ${namespaceOf(site.name, host.name)}`,
      `link set ${port} master ${network.name} up`,
    ];
  });
}

/** Commands for `ip -batch` in the host's namespace: its addresses and the way out. */
export function hostCommands(site: Site, host: Host): string[] {
  const networks = attached(site, host);
  const commands = ["link set lo up"];
  for (const network of networks) {
    commands.push(
      `address add ${network.ipv4}.${host.addresses[network.name]}/24 dev ${network.name}`,
      `address add ${network.ipv6}${host.addresses[network.name]}/64 dev ${network.name} nodad`,
      `link set ${network.name} up`,
    );
  }
  const way = networks.find((network) => network.defaultRoute) ?? networks[0];
  if (way !== undefined) {
    commands.push(`route add default via ${way.ipv4}.1`, `-6 route add default via ${way.ipv6}1`);
  }
  return commands;
}

function attached(site: Site, host: Host) {
  return site.networks.filter((network) => host.addresses[network.name] !== undefined);
}

async function existing(): Promise<Set<string>> {
  const { stdout } = await execa("ip", ["netns", "list"]);
  return new Set(stdout.split("\n").map((line) => line.split(" ")[0] ?? ""));
}

async function batch(namespace: string, commands: string[]): Promise<void> {
  // `ip -batch` reads one family a run; a leading "-6" is ours.
  for (const family of ["", "-6"]) {
    const lines = commands.filter((line) => line.startsWith("-6 ") === (family === "-6"));
    const input = `${lines.map((line) => line.replace(/^-6 /, "")).join("\n")}\n`;
    const options = family === "" ? [] : [family];
    if (lines.length > 0) await execa("ip", ["-n", namespace, ...options, "-batch", "-"], { input });
  }
}

/** `ip netns exec` shows programs this /etc/hosts. The client is outside, as a person is, and gets loopback names only. */
async function writeNames(site: Site, host: Host): Promise<void> {
  const directory = join("/etc/netns", namespaceOf(site.name, host.name));
  const loopback = Object.keys(site.aliases).map((alias) => `127.0.0.1 ${alias}\n`);
  await mkdir(directory, { recursive: true });
  const names = host.name === site.client ? `127.0.0.1 localhost\n${loopback.join("")}` : hostsFile(site, host.name);
  await writeFile(join(directory, "hosts"), names);
}

/** A namespace begins with what the machine itself does, which forwards between the box's networks where it has containers of its own. */
const NO_FORWARDING = "echo 0 >/proc/sys/net/ipv4/ip_forward && echo 0 >/proc/sys/net/ipv6/conf/all/forwarding";

/** Whether a namespace was set up to the end: its last command gives a host its IPv6 route, the switch its last bridge. */
async function isComplete(site: Site, name: string): Promise<boolean> {
  const namespace = namespaceOf(site.name, name);
  const [last] = site.networks.slice(-1).map((network) => network.name);
  const question = name === switchName ? ["link", "show", "up", "dev", last ?? ""] : ["-6", "route", "show", "default"];
  const answer = await execa("ip", ["-n", namespace, ...question], { reject: false });
  return answer.exitCode === 0 && answer.stdout !== "";
}

/**
 * Makes the namespaces, bridges and cables that are missing; what an interrupted run has left half done is made anew.
 * @returns how many namespaces were made
 */
export async function ensureNetwork(site: Site): Promise<number> {
  const present = await existing();
  const bridges = namespaceOf(site.name, switchName);
  let made = 0;
  const renew = async (name: string): Promise<boolean> => {
    const namespace = namespaceOf(site.name, name);
    if (present.has(namespace)) {
      if (await isComplete(site, name)) return false;
      await execa("ip", ["netns", "delete", namespace]);
    }
    await execa("ip", ["netns", "add", namespace]);
    await execa("ip", ["netns", "exec", namespace, "sh", "-c", NO_FORWARDING]);
    made += 1;
    return true;
  };
  if (await renew(switchName)) await batch(bridges, ["link set lo up", ...bridgeCommands(site)]);
  for (const host of site.hosts) {
    if (host.kind === "namespace") await writeNames(site, host);
    if (!(await renew(host.name))) continue;
    await batch(bridges, cableCommands(site, host));
    await batch(namespaceOf(site.name, host.name), hostCommands(site, host));
  }
  return made;
}

/** Pulls a host's cables out of the switches, or plugs them in again; the host keeps its addresses. */
export async function setCables(site: Site, host: Host, state: "up" | "down"): Promise<void> {
  const commands = attached(site, host).map((network) => `link set ${portOf(network, host)} ${state}`);
  await batch(namespaceOf(site.name, switchName), commands);
}

/** Removes all namespaces of the box; what is in them goes with them. */
export async function removeNetwork(site: Site): Promise<void> {
  const present = await existing();
  for (const host of [...site.hosts.map((one) => one.name), switchName]) {
    const namespace = namespaceOf(site.name, host);
    if (present.has(namespace)) await execa("ip", ["netns", "delete", namespace]);
    await rm(join("/etc/netns", namespace), { recursive: true, force: true });
  }
}
