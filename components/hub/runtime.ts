import * as pulumi from "@pulumi/pulumi";
import { File, KeyPair, type Provider, RandomSecret } from "../../plugins/host/sdk";
import { authenticatorOf } from "../authenticators";
import type { ResolvedConfig } from "../config/files";
import { renderHubConfig } from "./hub-config";
import { loginNodeEndpoints, renderKnownHosts } from "./known-hosts";
import { PATHS } from "./paths";
import { hubSettings } from "./settings";
import { passwordLine } from "./state";

export interface HubRuntimeArgs {
  /** Name of the stack, for the headers. */
  stack: string;
  config: ResolvedConfig;
  provider: Provider;
}

/** What the hub goes by: its configuration, its secrets and its key to the login nodes. */
export class HubRuntime extends pulumi.ComponentResource {
  /** Public key that the login nodes let in. */
  readonly publicKey: pulumi.Output<string>;
  /** Changes when something does that the hub reads at its start. */
  readonly hubVersion: pulumi.Output<string>;
  /** Changes when the proxy's token does. */
  readonly proxyToken: pulumi.Output<string>;

  constructor(name: string, args: HubRuntimeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Runtime", name, {}, opts);
    const { config, stack, provider } = args;
    const { account } = config.hub;
    const onHost = { parent: this, provider };
    const readable = { owner: "root", group: account, mode: "0640" };
    const nodes = loginNodeEndpoints(config.login);

    const proxyToken = new RandomSecret(
      `${name}-proxy-token`,
      { path: PATHS.proxyToken, prefix: "CONFIGPROXY_AUTH_TOKEN=", owner: account, group: account },
      onHost,
    );
    const key = new KeyPair(
      `${name}-ssh-key`,
      { path: PATHS.sshKey, owner: account, group: account, comment: `jupyterhub-hpc ${stack}` },
      onHost,
    );
    const files = [
      new File(
        `${name}-known-hosts`,
        { path: PATHS.knownHosts, content: renderKnownHosts(stack, nodes), ...readable },
        onHost,
      ),
      new File(
        `${name}-config`,
        { path: PATHS.config, content: renderHubConfig(hubSettings(stack, config)), ...readable },
        onHost,
      ),
    ];
    const { secretFile } = authenticatorOf(config.authentication);
    if (secretFile)
      files.push(
        new File(`${name}-oauth`, { path: PATHS.oauth, content: secretFile, sensitive: true, ...readable }, onHost),
      );
    if (config.metrics)
      files.push(
        new File(
          `${name}-metrics-token`,
          { path: PATHS.metricsToken, content: config.metrics.token.output(), sensitive: true, ...readable },
          onHost,
        ),
      );
    const { postgresql } = config.hub.database;
    if (postgresql)
      files.push(
        new File(
          `${name}-database-password`,
          {
            path: PATHS.databasePassword,
            content: postgresql.password.output().apply((password) => passwordLine(postgresql, password)),
            sensitive: true,
            owner: account,
            group: account,
            mode: "0600",
          },
          onHost,
        ),
      );
    if (config.trust)
      files.push(new File(`${name}-trust`, { path: PATHS.trust, content: config.trust, ...readable }, onHost));

    this.publicKey = key.publicKey;
    this.hubVersion = pulumi.all([proxyToken.sha256, ...files.map((f) => f.revision)]).apply((sums) => sums.join(" "));
    this.proxyToken = proxyToken.sha256;
    this.registerOutputs({ publicKey: this.publicKey });
  }
}
