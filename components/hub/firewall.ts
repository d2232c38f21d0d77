import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { Firewall, type Provider } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";
import { renderTemplate } from "../render";
import { PORTS } from "./ports";

/** Our table in the inet family. No other is touched. */
const TABLE = "jupyterhub";

/** Networks of both families, apart: nftables matches each with another word. */
interface NetworksByFamily {
  v4: string[];
  v6: string[];
}

/** The nftables commands of the hub host (references/vub-hydra.md, "Network"). */
export function renderFirewall(stack: string, hub: StackConfig["hub"]): string {
  return renderTemplate("hub/firewall.nft", {
    stack,
    table: TABLE,
    outsideInterface: hub.outsideInterface,
    insideInterface: hub.insideInterface,
    sshPort: hub.sshPort,
    sshFrom: byFamily(hub.sshFrom),
    insideNetworks: byFamily(hub.insideNetworks),
    proxyPort: PORTS.proxy,
    proxyApiPort: PORTS.proxyApi,
    apiPort: PORTS.hub,
  });
}

function byFamily(networks: readonly string[]): NetworksByFamily {
  const family = (network: string) => isIP(network.split("/")[0] ?? "");
  return { v4: networks.filter((n) => family(n) === 4), v6: networks.filter((n) => family(n) === 6) };
}

export interface HubFirewallArgs {
  /** Name of the stack, for the header. */
  stack: string;
  config: StackConfig;
  provider: Provider;
}

/** The hub host's firewall: 443 from outside, the hub's API from inside, SSH from where the stack says, nothing else. */
export class HubFirewall extends pulumi.ComponentResource {
  constructor(name: string, args: HubFirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Firewall", name, {}, opts);
    new Firewall(
      name,
      { table: TABLE, content: renderFirewall(args.stack, args.config.hub) },
      { parent: this, provider: args.provider },
    );
    this.registerOutputs({});
  }
}
