import * as pulumi from "@pulumi/pulumi";
import type { Facts, Provider } from "../plugins/host/sdk";
import type { ResolvedConfig } from "./config/files";
import { SingleUserEnvironment } from "./environments/single-user";
import { HubFirewall } from "./hub/firewall";
import { HubHost } from "./hub/host";
import { HubRuntime } from "./hub/runtime";
import { HubService } from "./hub/service";
import { HubCertificate } from "./hub/tls";
import { LoginNode } from "./login/login-node";

/** A host of the cluster: reached, and asked what it is. */
export interface ClusterHost {
  provider: Provider;
  facts: Facts;
}

export interface ClusterArgs {
  /** Name of the stack, for the headers of generated files. */
  stack: string;
  config: ResolvedConfig;
  /** The project's folder. */
  root: string;
  hub: ClusterHost;
  /** By the login node's name. */
  login: ReadonlyMap<string, ClusterHost>;
}

/** One cluster with its hub: hub host, login nodes, environments, and the service once all that it needs is there. */
export class Cluster extends pulumi.ComponentResource {
  /** The address people type. */
  readonly url: string;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:index:Cluster", name, {}, opts);
    const { stack, config, root } = args;
    const { provider, facts } = args.hub;
    const parent = { parent: this };

    const host = new HubHost("hub", { config, provider, facts }, parent);
    const firewall = new HubFirewall(
      "hub-firewall",
      { stack, config, provider, facts },
      { ...parent, dependsOn: [host] },
    );
    const certificate = new HubCertificate("hub-certificate", { config, provider }, { ...parent, dependsOn: [host] });
    const runtime = new HubRuntime("hub-runtime", { stack, config, provider, root }, { ...parent, dependsOn: [host] });

    const login = config.login.nodes.map((node) => {
      const at = args.login.get(node.name);
      if (!at) throw new Error(`Cluster: no connection was made to login node ${node.name}`);
      return new LoginNode(node.name, { stack, config, ...at, hubKey: runtime.publicKey, root }, parent);
    });
    const environments = config.environments.flatMap((environment) => {
      const { install } = environment;
      const at = install && args.login.get(install.on);
      if (!install || !at) return [];
      return new SingleUserEnvironment(
        `environment-${environment.name}`,
        { stack, environment: { ...environment, install }, provider: at.provider, root },
        parent,
      );
    });

    new HubService(
      "hub-service",
      { stack, config, provider, facts, host, runtime, certificate, root },
      { ...parent, dependsOn: [firewall, ...login, ...environments] },
    );
    this.url = config.url;
    this.registerOutputs({ url: this.url });
  }
}
