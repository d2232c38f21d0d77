import * as pulumi from "@pulumi/pulumi";
import { File, type Provider } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";
import { ClusterProgram } from "./cluster-program";
import { renderSudoers } from "./sudoers";

export interface LocalNodeArgs {
  /** Name of the stack, for the headers of generated files. */
  stack: string;
  config: StackConfig;
  /** The hub host. */
  provider: Provider;
  /** The project's folder. */
  root: string;
}

/** The hub's own host as a login node: the same program and the same sudoers as on any, for the account that runs the hub; neither key nor sshd. */
export class LocalNode extends pulumi.ComponentResource {
  constructor(name: string, args: LocalNodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:login:LocalNode", name, {}, opts);
    const { stack, root, provider } = args;
    const config = asLoginNode(args.config);
    const { account, usersGroup } = config.login;
    const program = new ClusterProgram(`${name}-program`, { stack, config, provider, root }, { parent: this });
    new File(
      `${name}-sudoers`,
      {
        path: `/etc/sudoers.d/jupyterhub-hpc-${account}`,
        content: renderSudoers({ stack, account, usersGroup }),
        mode: "0440",
        validate: ["visudo", "-cf", "%s"],
        guarded: true,
      },
      { parent: this, provider, dependsOn: [program] },
    );
    this.registerOutputs({});
  }
}

/** The configuration as it is there: the account of the login nodes is the one that runs the hub. */
export function asLoginNode(config: StackConfig): StackConfig {
  return { ...config, login: { ...config.login, account: config.hub.account, home: config.hub.stateDirectory } };
}
