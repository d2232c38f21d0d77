/** What a site's box consists of, as data. `box/sites/NAME.ts` declares one; everything else in box/ reads it. */
import type { Release, RootLayer } from "./debian/roots";
import { BoxError } from "./progress";

/** One network of the box: a bridge in the box's switch namespace. */
export interface Network {
  /** Also the name of the interface in each host; at most 11 characters. */
  name: string;
  /** First three octets, e.g. "10.77.0"; all networks are /24. */
  ipv4: string;
  /** Prefix up to the double colon, e.g. "fd77::"; all networks are /64. */
  ipv6: string;
  /** Hosts in several networks send what is for elsewhere here; default false. */
  defaultRoute?: boolean;
}

/** A host of the box: a network namespace, and unless `bare`, a systemd of its own in it. */
export interface Host {
  name: string;
  /** The last part of its address in each network it is in. */
  addresses: { [network: string]: number };
  /** "machine" boots a Debian; "namespace" is a place to run programs of this machine in. */
  kind: "machine" | "namespace";
  /** Which Debian; default trixie (13). */
  release?: Release;
  /** Layers over the base root, lowest first; default none. */
  layers?: RootLayer[];
  /** The root is a copy, not an overlay, as rootless podman's own overlay cannot lie on another; default false. */
  copiedRoot?: boolean;
  /** Cluster users and groups exist here; default false. */
  users?: boolean;
  /** Shared directories of the site are mounted here; default false. */
  shared?: boolean;
}

/** A group of the cluster. */
export interface Group {
  name: string;
  gid: number;
}

/** A user of the cluster. */
export interface User {
  name: string;
  uid: number;
  groups: string[];
  /** What the system's accounts take; default: nobody gets in with one. */
  password?: string;
}

/** An account at the identity provider; `login` is what is typed there. */
export interface Account {
  login: string;
  password: string;
  groups: string[];
  /** What the claim preferred_username says; default `login`. A provider that is broken or captured may say anything. */
  claim?: unknown;
}

/** The identity provider of a site that logs people in by OpenID Connect. */
export interface IdentityProvider {
  host: string;
  /** Public name, resolved in the box by /etc/hosts and to loopback by browsers. */
  name: string;
  port: number;
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  accounts: Account[];
}

/** A loopback port of this machine (and of the client's namespace) that leads to a host. */
export interface Forwarder {
  port: number;
  host: string;
  network: string;
  toPort: number;
}

/** The scheduler of a site; its `name` is that of the file in box/schedulers. */
export interface SchedulerSpec {
  name: "slurm" | "gridengine";
  controller: string;
  nodes: string[];
  clients: string[];
}

/** Where people of a site go, and as whom. */
export interface Front {
  url: string;
  user: string;
  password: string;
}

/** A whole site. Without a front nothing is deployed: its hosts are for tests of the host plugin. */
export interface Site {
  name: string;
  networks: Network[];
  hosts: Host[];
  /** Names beside the hosts' own that every host resolves: name to host and network. */
  aliases: { [name: string]: { host: string; network: string } };
  groups: Group[];
  users: User[];
  /** Directories that hosts with `shared` have in common, by absolute path. */
  sharedDirectories: string[];
  /** Where the cluster's own module files lie, in one of the shared directories. */
  modulePath?: string;
  scheduler?: SchedulerSpec;
  identityProvider?: IdentityProvider;
  /** Where a PostgreSQL server can be started (box/postgresql.ts). */
  database?: { host: string };
  /** Namespace of the client: where forwarders lead through and the browser runs. */
  client?: string;
  /** Namespace Pulumi runs in. */
  admin: string;
  /** Hosts that have the unprivileged `admin` account with sudo. */
  administered: string[];
  forwarders: Forwarder[];
  /** Names on the hub's certificate, and the host that needs it. */
  certificate?: { host: string; names: string[] };
  front?: Front;
  /** How the hub is run, which says what is made ahead for it; default "container". */
  hub?: "container" | "onHost";
}

/** An address of a host in one network, with its family. */
export function address(site: Site, hostName: string, networkName: string, family: 4 | 6 = 4): string {
  const host = hostNamed(site, hostName);
  const network = site.networks.find((one) => one.name === networkName);
  const last = host.addresses[networkName];
  if (network === undefined || last === undefined) throw new Error(`${hostName} is not in network ${networkName}`);
  return family === 4 ? `${network.ipv4}.${last}` : `${network.ipv6}${last}`;
}

/** The host of that name; throws when the site has none. */
export function hostNamed(site: Site, name: string): Host {
  const host = site.hosts.find((one) => one.name === name);
  if (host === undefined) {
    throw new BoxError(`site ${site.name} has no host ${name}; it has ${site.hosts.map((one) => one.name).join(", ")}`);
  }
  return host;
}

/** The scheduler of a site that has one. */
export function schedulerOf(site: Site): SchedulerSpec {
  if (site.scheduler === undefined) throw new BoxError(`site ${site.name} has no scheduler`);
  return site.scheduler;
}

/** The hosts that boot a system, in the order declared. */
export function machines(site: Site): Host[] {
  return site.hosts.filter((host) => host.kind === "machine");
}

/** /etc/hosts of one host: every name of the site, the inside address first where a host has several. */
export function hostsFile(site: Site, self: string): string {
  const lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"];
  for (const host of site.hosts) {
    const networks = site.networks.filter((network) => host.addresses[network.name] !== undefined);
    const reachable = networks.filter((network) => hostNamed(site, self).addresses[network.name] !== undefined);
    const network = reachable[0] ?? networks[0];
    if (network === undefined) continue;
    lines.push(`${address(site, host.name, network.name)} ${host.name}`);
  }
  for (const [alias, target] of Object.entries(site.aliases)) {
    lines.push(`${address(site, target.host, target.network)} ${alias}`);
    lines.push(`${address(site, target.host, target.network, 6)} ${alias}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Loads `box/sites/NAME.ts`. */
export async function loadSite(name: string): Promise<Site> {
  if (!/^[a-z][a-z0-9]{0,9}$/.test(name)) throw new BoxError(`${name} is no name of a site`);
  const module = (await import(`./sites/${name}.ts`).catch(() => undefined)) as { site?: Site } | undefined;
  if (module?.site === undefined) throw new BoxError(`there is no site ${name}: box/sites/${name}.ts is missing`);
  return module.site;
}
