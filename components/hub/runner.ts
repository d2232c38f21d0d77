import type * as pulumi from "@pulumi/pulumi";
import type { Facts, Provider } from "../../plugins/host/sdk";
import type { ResolvedConfig } from "../config/files";
import type { HubHost } from "./host";
import type { HubRuntime } from "./runtime";
import type { HubCertificate } from "./tls";

/** What hub and proxy consist of, put on the host. */
export interface HubSoftware extends pulumi.Resource {
  /** Changes when the hub must be restarted for it. */
  readonly hubVersion: pulumi.Output<string>;
  /** Changes when the proxy must be. */
  readonly proxyVersion: pulumi.Output<string>;
}

export interface HubSoftwareArgs {
  config: ResolvedConfig;
  provider: Provider;
  /** The project's folder. */
  root: string;
}

export interface HubServiceArgs {
  /** Name of the stack, for the headers. */
  stack: string;
  config: ResolvedConfig;
  provider: Provider;
  facts: Facts;
  host: HubHost;
  runtime: HubRuntime;
  software: HubSoftware;
  certificate: HubCertificate;
}

/** A way to run hub and proxy on their host: all that the other components need to know of it. */
export interface Runner {
  /** What the host needs, by package manager. */
  packages: Record<Facts["packageManager"], string[]>;
  /** Why a host cannot be run the hub on, with the next step. */
  refusal(facts: Facts): string | undefined;
  /** What the account that runs the hub has beside a home. */
  account: { subids: boolean; linger: boolean };
  /** Account that runs the proxy; it may be the hub's. */
  proxyAccount: string;
  /** Services that run as long as the host does, in the order they start, by their names without suffix. */
  services: string[];
  /** Variables of the kernel: key of the resource, and its arguments. */
  sysctls: [key: string, args: { name: string; value: string; atLeast?: boolean }][];
  software(name: string, args: HubSoftwareArgs, opts: pulumi.ComponentResourceOptions): HubSoftware;
  /** The running hub and proxy, each restarted alone. */
  service(name: string, args: HubServiceArgs, opts: pulumi.ComponentResourceOptions): pulumi.Resource;
}
