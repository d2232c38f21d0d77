import * as pulumi from "@pulumi/pulumi";
import { AuthorizedKey, type Facts, File, type Provider, User } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";
import { ClusterProgram } from "./cluster-program";
import { dropInsRefusal, keyLabelNotice } from "./distribution";
import { authorizedKeyOptions, renderSshdDropIn } from "./sshd";
import { renderSudoers } from "./sudoers";

export interface LoginNodeArgs {
  /** Name of the stack, for the headers of generated files. */
  stack: string;
  config: StackConfig;
  /** The login node. */
  provider: Provider;
  facts: Facts;
  /** Public key the hub logs in with. */
  hubKey: pulumi.Input<string>;
  /** The project's folder. */
  root: string;
}

/**
 * A login node, prepared so that the hub can submit jobs there as its users: the hub's account, the one program it may start, its key, a sudoers
 * and an sshd drop-in (references/vub-hydra.md, "Slurm"). No file of the distribution is edited.
 */
export class LoginNode extends pulumi.ComponentResource {
  constructor(name: string, args: LoginNodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:login:LoginNode", name, {}, opts);
    const { account, usersGroup, home } = args.config.login;
    const refused = dropInsRefusal(name, args.facts);
    if (refused !== undefined) throw new pulumi.RunError(refused);
    const notice = keyLabelNotice(args.facts, home, account);
    if (notice !== undefined) void pulumi.log.warn(notice, this);
    const hubAddresses = [args.config.hub.insideAddress];
    const onHost = { parent: this, provider: args.provider };

    const user = new User(`${name}-account`, { name: account, home, shell: "/bin/sh" }, onHost);

    const program = new ClusterProgram(
      `${name}-program`,
      { stack: args.stack, config: args.config, provider: args.provider, root: args.root },
      { parent: this, dependsOn: [user] },
    );

    const sudoers = new File(
      `${name}-sudoers`,
      {
        path: `/etc/sudoers.d/jupyterhub-hpc-${account}`,
        content: renderSudoers({ stack: args.stack, account, usersGroup }),
        mode: "0440",
        validate: ["visudo", "-cf", "%s"],
        guarded: true,
      },
      { ...onHost, dependsOn: [user, program] },
    );

    const sshd = new File(
      `${name}-sshd`,
      {
        path: `/etc/ssh/sshd_config.d/60-jupyterhub-hpc-${account}.conf`,
        content: renderSshdDropIn({ stack: args.stack, account, hubAddresses }),
        mode: "0644",
        validate: ["/usr/sbin/sshd", "-t", "-f", "%s"],
        guarded: true,
        reload: [["systemctl", "reload", args.facts.sshdUnit]],
      },
      { ...onHost, dependsOn: [user, program] },
    );

    // The key comes last, so that the account cannot be reached before its limits are in place.
    new AuthorizedKey(
      `${name}-hub-key`,
      { user: account, key: args.hubKey, options: authorizedKeyOptions(account, hubAddresses) },
      { ...onHost, dependsOn: [sudoers, sshd] },
    );

    this.registerOutputs({});
  }
}
