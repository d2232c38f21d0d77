import * as pulumi from "@pulumi/pulumi";
import { Directory, type Facts, Package, type Provider, Sysctl, User } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";
import { webServerOf } from "../web";
import { PATHS, placesOf, writableOnHost } from "./paths";
import type { Runner } from "./runner";

export interface HubHostArgs {
  config: StackConfig;
  provider: Provider;
  facts: Facts;
  runner: Runner;
}

/** The hub host itself: packages, the accounts that run hub and proxy, and directories (references/vub-hydra.md, "Rootless"). */
export class HubHost extends pulumi.ComponentResource {
  /** The hub's account; its number is needed where only numbers will do. */
  readonly uid: pulumi.Output<number>;
  /** Directory on the host that holds what must survive. */
  readonly state: pulumi.Output<string>;
  /** Directory on the host in which the hub leaves the proxy its key and certificate for servers. */
  readonly proxyIdentity: pulumi.Output<string>;

  constructor(name: string, args: HubHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Host", name, {}, opts);
    const { runner } = args;
    const refused = runner.refusal(args.facts);
    if (refused !== undefined) throw new pulumi.RunError(refused);
    const { account, stateDirectory } = args.config.hub;
    const writable = writableOnHost(args.config.hub);
    const places = placesOf(args.config.hub);
    const onHost = { parent: this, provider: args.provider };

    const packages = new Package(`${name}-packages`, { names: runner.packages[args.facts.packageManager] }, onHost);
    const front = webServerOf(args.config);
    if (front) new Package(`${name}-web-server`, { names: front.packages[args.facts.packageManager] }, onHost);
    const sysctls = runner.sysctls.map(([key, wanted]) => new Sysctl(`${name}-${key}`, wanted, onHost));
    const user = new User(
      `${name}-account`,
      { name: account, home: stateDirectory, shell: "/usr/sbin/nologin", ...runner.account },
      { ...onHost, dependsOn: [packages, ...sysctls] },
    );
    const alone = runner.proxyAccount !== account;
    const proxyUser = alone ? new User(`${name}-proxy-account`, { name: runner.proxyAccount }, onHost) : user;

    const directory = (
      key: string,
      path: string,
      owner: string,
      group: string,
      mode: string,
      after: pulumi.Resource[],
    ) =>
      new Directory(
        `${name}-${key}`,
        { path, owner, group, mode, removeContents: true },
        { ...onHost, dependsOn: after },
      );
    const state = directory("state", writable.state, account, account, "0700", [user]);
    // What the hub leaves there gets the group of the directory.
    const left = alone ? "2750" : "0700";
    const proxy = directory("proxy-identity", writable.proxyIdentity, account, runner.proxyAccount, left, [
      user,
      proxyUser,
    ]);
    // Each account passes through to what is its own.
    const etc = directory("etc", PATHS.etc, "root", account, alone ? "0751" : "0750", [user]);
    const secrets = directory("secrets", PATHS.secrets, "root", account, "0750", [etc]);
    const tls = directory("tls-directory", places.tls, "root", runner.proxyAccount, "0750", [etc, proxyUser]);
    const ssh = directory("ssh", PATHS.ssh, account, account, "0700", [etc]);

    this.uid = user.uid;
    this.state = pulumi.all([state.path, secrets.path, tls.path, ssh.path]).apply(([path]) => path);
    this.proxyIdentity = proxy.path;
    this.registerOutputs({ uid: this.uid });
  }
}
