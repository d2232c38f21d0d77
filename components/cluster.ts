import * as pulumi from "@pulumi/pulumi";
import type { Facts, Provider } from "../plugins/host/sdk";
import { authenticatorOf } from "./authenticators";
import type { ResolvedConfig } from "./config/files";
import { LOCAL_NODE } from "./config/login";
import { EnvironmentKeeper } from "./environments/keeper";
import { accountOn, graceSeconds, keptEnvironments } from "./environments/kept";
import { SingleUserEnvironment } from "./environments/single-user";
import { HubFirewall } from "./hub/firewall";
import { HubHost } from "./hub/host";
import { runnerOf } from "./hub/runners";
import { HubRuntime } from "./hub/runtime";
import { HubCertificate } from "./hub/tls";
import { LocalNode } from "./login/local-node";
import { LoginNode } from "./login/login-node";
import { schedulerOf } from "./schedulers";
import { webServerOf } from "./web";
import { WebFront } from "./web/web-front";

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

    const runner = runnerOf(config.hub);
    const host = new HubHost("hub", { config, provider, facts, runner }, parent);
    const firewall = new HubFirewall(
      "hub-firewall",
      { stack, config, provider, facts },
      { ...parent, dependsOn: [host] },
    );
    const afterHost = { ...parent, dependsOn: [host] };
    const account = runner.proxyAccount;
    const certificate = new HubCertificate("hub-certificate", { stack, config, provider, account }, afterHost);
    const software = runner.software("hub-software", { config, provider, root }, afterHost);
    const runtime = new HubRuntime("hub-runtime", { stack, config, provider }, afterHost);

    const login: pulumi.Resource[] = config.login.nodes.map((node) => {
      const at = args.login.get(node.name);
      if (!at) throw new Error(`Cluster: no connection was made to login node ${node.name}`);
      return new LoginNode(node.name, { stack, config, ...at, hubKey: runtime.publicKey, root }, parent);
    });
    if (config.login.local) login.push(new LocalNode(LOCAL_NODE, { stack, config, provider, root }, afterHost));
    const registered = schedulerOf(config.scheduler).register?.("scheduler", root, parent);
    const keepers = new Map(
      [...keptEnvironments(config)].map(([at, environments]) => [
        at,
        new EnvironmentKeeper(
          `environments-${at}`,
          { stack, config, environments, root, account: accountOn(at, config), ...(args.login.get(at) ?? args.hub) },
          at === LOCAL_NODE ? afterHost : parent,
        ),
      ]),
    );
    const environments = config.environments.flatMap((environment) => {
      const { install } = environment;
      const at = install && (args.login.get(install.on) ?? args.hub);
      const keeper = install && keepers.get(install.on);
      if (!install || !at || !keeper) return [];
      const account = accountOn(install.on, config);
      return new SingleUserEnvironment(
        `environment-${environment.name}`,
        {
          ...{ stack, account, keeper, root },
          environment: { ...environment, install },
          locks: config.locks,
          graceSeconds: graceSeconds(config),
          provider: at.provider,
        },
        install.on === LOCAL_NODE ? afterHost : parent,
      );
    });

    const logIn = authenticatorOf(config.authentication).onHubHost?.(
      "hub-login",
      { stack, config, provider, facts, software },
      { ...parent, dependsOn: [host, software] },
    );

    const service = runner.service(
      "hub-service",
      { stack, config, provider, facts, host, runtime, software, certificate },
      {
        ...parent,
        dependsOn: [
          firewall,
          ...login,
          ...environments,
          ...(logIn ? [logIn] : []),
          ...(registered ? [registered] : []),
        ],
      },
    );
    const server = webServerOf(config);
    if (server)
      new WebFront("hub-web", { stack, config, server, provider, facts }, { ...parent, dependsOn: [service] });
    this.url = config.url;
    this.registerOutputs({ url: this.url });
  }
}
