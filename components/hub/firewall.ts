import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { type Facts, Firewall, type Provider, SystemdUnit } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";
import { renderTemplate } from "../render";
import { webServerOf } from "../web";
import { proxyAccount } from "./on-host/paths";
import { PORTS } from "./ports";

/** Our table in the inet family. No other is touched. */
const TABLE = "jupyterhub";
/** The unit of the host plugin that loads the table at boot. */
export const FIREWALL_LOADER = `${TABLE}-firewall`;
/** Where that unit finds the rules. */
const RULES = "/etc/jupyterhub-hpc/firewall.nft";

/** Networks of both families, apart: nftables matches each with another word. */
interface NetworksByFamily {
  v4: string[];
  v6: string[];
}

/** The nftables commands of the hub host (references/vub-hydra.md, "Network"). */
export function renderFirewall(stack: string, { hub, web }: Pick<StackConfig, "hub" | "web">, facts: Facts): string {
  return renderTemplate("hub/firewall.nft", {
    stack,
    table: TABLE,
    outsideInterface: hub.outsideInterface,
    insideInterface: hub.insideInterface,
    sshPort: hub.sshPort,
    sshFrom: byFamily(hub.sshFrom),
    insideNetworks: byFamily(hub.insideNetworks),
    httpsPort: PORTS.https,
    publicPorts: web ? `{ ${PORTS.http}, ${PORTS.https} }` : `${PORTS.https}`,
    apiPort: PORTS.hub,
    loopback: loopbackRules({ hub, web }, facts),
  });
}

/** Who may connect to what answers on the loopback interface, where a host without containers has all its users; the proxy believes what a web server says of a client. */
function loopbackRules(
  { hub, web }: Pick<StackConfig, "hub" | "web">,
  { packageManager }: Facts,
): { port: number; accounts: string[] }[] {
  const front = webServerOf({ web });
  return [
    ...(hub.onHost
      ? [
          { port: PORTS.hubLocal, accounts: ["root", hub.account, proxyAccount(hub)] },
          { port: PORTS.proxyApi, accounts: ["root", hub.account] },
          { port: PORTS.proxyMetrics, accounts: ["root", hub.account] },
        ]
      : []),
    ...(front ? [{ port: PORTS.inner, accounts: ["root", front.account[packageManager]] }] : []),
  ];
}

/**
 * The unit that brings the table back. Debian's own /etc/nftables.conf begins with `flush ruleset`, so that a restart of nftables.service, or any other
 * tool's, takes the table away without a word.
 */
export function renderFirewallWatch(stack: string): string {
  const input = { stack, table: TABLE, loader: FIREWALL_LOADER, rules: RULES, seconds: 30 };
  return renderTemplate("hub/units/firewall-watch.service", input);
}

/** A command that fails while the table is not loaded. */
export const TABLE_IS_LOADED = `/usr/sbin/nft list table inet ${TABLE}`;

function byFamily(networks: readonly string[]): NetworksByFamily {
  const family = (network: string) => isIP(network.split("/")[0] ?? "");
  return { v4: networks.filter((n) => family(n) === 4), v6: networks.filter((n) => family(n) === 6) };
}

export interface HubFirewallArgs {
  /** Name of the stack, for the header. */
  stack: string;
  config: StackConfig;
  provider: Provider;
  facts: Facts;
}

/**
 * What the administrator of a host with firewalld has to do. What our table drops is dropped, but what it accepts still goes through firewalld's chain, which
 * comes later and rejects what it was not told of. Its zones are the administrator's.
 */
export function firewalldNotice(
  { firewalld, hostname }: Facts,
  { hub, web }: Pick<StackConfig, "hub" | "web">,
): string | undefined {
  if (!firewalld) return undefined;
  const family = (network: string) => (isIP(network.split("/")[0] ?? "") === 6 ? "ipv6" : "ipv4");
  const open = (port: number) => (network: string) =>
    `firewall-cmd --permanent --add-rich-rule='rule family="${family(network)}" source address="${network}" port port="${port}" protocol="tcp" accept'`;
  const commands = [
    "firewall-cmd --permanent --add-service=https",
    ...(web ? ["firewall-cmd --permanent --add-service=http"] : []),
    ...hub.insideNetworks.map(open(PORTS.hub)),
    ...(hub.sshPort === 22 ? [] : hub.sshFrom.map(open(hub.sshPort))),
    "firewall-cmd --reload",
  ];
  return `${hostname} runs firewalld, which rejects what it was not told to let in, also what this stack's firewall accepts. Next: on that host, let people and servers reach the hub (with --zone= where the interface is not in the default zone):
${commands.map((command) => `  ${command}`).join("\n")}
Or let this stack's table alone decide: systemctl disable --now firewalld`;
}

/** The hub host's firewall: 443 from outside, the hub's API from inside, SSH from where the stack says, nothing else. */
export class HubFirewall extends pulumi.ComponentResource {
  constructor(name: string, args: HubFirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Firewall", name, {}, opts);
    const notice = firewalldNotice(args.facts, args.config);
    if (notice !== undefined) void pulumi.log.warn(notice, this);
    const onHost = { parent: this, provider: args.provider };
    const table = new Firewall(
      name,
      { table: TABLE, path: RULES, content: renderFirewall(args.stack, args.config, args.facts) },
      onHost,
    );
    new SystemdUnit(
      `${name}-watch`,
      { name: `${FIREWALL_LOADER}-watch.service`, content: renderFirewallWatch(args.stack) },
      { ...onHost, dependsOn: [table] },
    );
    this.registerOutputs({});
  }
}
