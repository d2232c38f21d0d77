import * as pulumi from "@pulumi/pulumi";
import { Directory, type Facts, Package, type Provider, Sysctl, User } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";
import { PATHS } from "./paths";
import { PORTS } from "./ports";

export interface HubHostArgs {
  config: StackConfig;
  provider: Provider;
  facts: Facts;
}

/** What rootless podman and the firewall need, by package manager. */
const PACKAGES: Record<Facts["packageManager"], string[]> = {
  apt: ["podman", "passt", "uidmap", "catatonit", "crun", "nftables", "openssl", "dbus-user-session"],
  // Without catatonit: no container runs with --init, and el9 has it in a repository that is off (containers/podman.io#274).
  dnf: ["podman", "passt", "shadow-utils", "crun", "nftables", "openssl"],
};

/** Why a host cannot be the hub's: its podman knows no pasta, through which the containers reach the network (tried on Debian 12; el8 has no passt, Ubuntu 22.04 podman 3). */
export function hubHostRefusal({ os, hostname }: Facts): string | undefined {
  const major = Number.parseInt(os.versionId, 10);
  const tooOld =
    (os.id === "debian" && major < 13) ||
    (os.id === "ubuntu" && major < 24) ||
    ([os.id, ...os.idLike].includes("rhel") && major < 9);
  if (!tooOld) return undefined;
  return `${hostname} is ${os.id} ${os.versionId}, whose podman cannot run the hub: it has no pasta network, which podman has since 4.4. Next: give the hub a host with Debian 13, Ubuntu 24.04 or RHEL 9 (or a kin of it), or newer; login nodes may be older.`;
}

/** The hub host itself: packages, the account that runs the containers, and directories (references/vub-hydra.md, "Rootless"). */
export class HubHost extends pulumi.ComponentResource {
  /** The account that runs the containers; its number is needed where only numbers will do. */
  readonly uid: pulumi.Output<number>;
  /** Directory on the host that is the containers' writable volume. */
  readonly state: pulumi.Output<string>;
  /** Directory on the host in which the hub leaves the proxy its key and certificate for servers. */
  readonly proxyIdentity: pulumi.Output<string>;

  constructor(name: string, args: HubHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("jupyterhub-hpc:hub:Host", name, {}, opts);
    const refused = hubHostRefusal(args.facts);
    if (refused !== undefined) throw new pulumi.RunError(refused);
    const { account, stateDirectory } = args.config.hub;
    const onHost = { parent: this, provider: args.provider };

    const packages = new Package(`${name}-packages`, { names: PACKAGES[args.facts.packageManager] }, onHost);
    const namespaces = new Sysctl(
      `${name}-user-namespaces`,
      { name: "user.max_user_namespaces", value: "1024", atLeast: true },
      onHost,
    );
    // The firewall filters and does not redirect: without its table nothing answers at another port than with it.
    const https = new Sysctl(
      `${name}-https-port`,
      { name: "net.ipv4.ip_unprivileged_port_start", value: String(PORTS.https) },
      onHost,
    );
    const user = new User(
      `${name}-account`,
      { name: account, home: stateDirectory, shell: "/usr/sbin/nologin", subids: true, linger: true },
      { ...onHost, dependsOn: [packages, namespaces, https] },
    );

    const directory = (key: string, path: string, owner: string, group: string, mode: string, after: pulumi.Resource) =>
      new Directory(
        `${name}-${key}`,
        { path, owner, group, mode, removeContents: true },
        { ...onHost, dependsOn: [after] },
      );
    const state = directory("state", `${stateDirectory}/state`, account, account, "0700", user);
    const proxy = directory("proxy-identity", `${stateDirectory}/proxy`, account, account, "0700", user);
    const etc = directory("etc", PATHS.etc, "root", account, "0750", user);
    const secrets = directory("secrets", PATHS.secrets, "root", account, "0750", etc);
    const tls = directory("tls-directory", PATHS.tls, "root", account, "0750", etc);
    const ssh = directory("ssh", PATHS.ssh, account, account, "0700", etc);

    this.uid = user.uid;
    this.state = pulumi.all([state.path, secrets.path, tls.path, ssh.path]).apply(([path]) => path);
    this.proxyIdentity = proxy.path;
    this.registerOutputs({ uid: this.uid });
  }
}
