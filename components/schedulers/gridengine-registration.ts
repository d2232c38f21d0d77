/** Which hosts may submit to Grid Engine: each is made a submit host by its administrator, and stops being one when the stack goes. */
import { readFileSync } from "node:fs";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type HostAccess, hostAccess, type JumpAccess } from "../config/host";
import { localFile } from "../config/local-file";
import { accountName, hostAddress } from "../config/values";

/** `scheduler.gridengine.registration` of a stack's configuration. */
export const registrationSection = z.strictObject({
  host: hostAccess.describe("How Pulumi reaches an administrative host of Grid Engine, such as its master."),
  manager: accountName()
    .default("sgeadmin")
    .describe("Account there that is a manager of Grid Engine; the commands are run as it, by sudo if need be."),
  submitHosts: z
    .array(hostAddress())
    .min(1, "must name at least one host")
    .describe("The hosts that servers are submitted on, by the names that Grid Engine has for them."),
});

/** A validated `registration`. */
export type RegistrationConfig = z.output<typeof registrationSection>;

export interface SubmitHostsArgs {
  registration: RegistrationConfig;
  /** Where qconf is. */
  binDirectory: string;
  /** What it finds in its environment: SGE_ROOT and the like. */
  environment: Record<string, string>;
  /** The project's folder. */
  root: string;
}

/** The hosts that may submit servers: `qconf -as`, and `qconf -ds` when they are no longer to. */
export class SubmitHosts extends pulumi.ComponentResource {
  constructor(name: string, args: SubmitHostsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:schedulers:SubmitHosts", name, {}, opts);
    const { host } = args.registration;
    const connection = pulumi.secret(connectionOf(host, args.root));
    for (const submitHost of args.registration.submitHosts)
      new remote.Command(
        `${name}-${submitHost}`,
        {
          connection,
          ...qconfCommands(args, submitHost),
          ...(host.sudoPassword ? { stdin: pulumi.interpolate`${host.sudoPassword.output()}\n` } : {}),
          addPreviousOutputInEnv: false,
        },
        { parent: this, deleteBeforeReplace: true },
      );
    this.registerOutputs({});
  }
}

/** What makes a host a submit host, unless it is one, and what undoes that. */
export function qconfCommands(
  { registration, binDirectory, environment }: Omit<SubmitHostsArgs, "root">,
  submitHost: string,
): { create: string; delete: string } {
  const { manager, host } = registration;
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const asked = host.sudoPassword ? "-S -p ''" : "-n";
  const become = host.user === manager ? [] : [`sudo ${asked} -u ${manager} --`];
  const qconf = [...become, "/usr/bin/env", ...variables, `${binDirectory.replace(/\/$/, "")}/qconf`].join(" ");
  // qconf tells one that is one already in an error; it tells one that is none in an error as well.
  const done = (option: string, told: string) =>
    `said=$(${qconf} ${option} ${submitHost} 2>&1) || case $said in *'${told}'*) ;; *) printf '%s\\n' "$said" >&2; exit 1 ;; esac`;
  return { create: done("-as", "already exists"), delete: done("-ds", "does not exist") };
}

/** A host's access as @pulumi/command has it. */
function connectionOf(host: HostAccess, root: string) {
  const endpoint = (access: HostAccess | JumpAccess) => {
    const file = access.privateKeyFile && readFileSync(localFile(root, access.privateKeyFile), "utf8");
    const key = access.privateKey?.output() ?? file;
    const pinned = hostKeyOf(access.hostKeys ?? []);
    return {
      host: access.address,
      port: access.port,
      user: access.user,
      ...(key === undefined ? {} : { privateKey: key }),
      ...(access.passphrase ? { privateKeyPassword: access.passphrase.output() } : {}),
      ...(pinned === undefined ? {} : { hostKey: pinned }),
    };
  };
  return {
    ...endpoint(host),
    perDialTimeout: host.connectTimeout,
    dialErrorLimit: 2,
    ...(host.jump ? { proxy: endpoint(host.jump) } : {}),
  };
}

/** The one key of those pinned that the plugin is given. It takes one, and offers ssh-rsa under the name of a signature that sshd has given up. */
export function hostKeyOf(pinned: readonly string[]): string | undefined {
  return ["ssh-ed25519", "ecdsa-sha2-", "ssh-rsa"].flatMap((type) => pinned.filter((key) => key.includes(type)))[0];
}
