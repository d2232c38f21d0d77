import type { Facts } from "../../plugins/host/sdk";
import type { StackConfig } from "../config/schema";
import { HubImage } from "./image";
import { PORTS } from "./ports";
import type { Runner } from "./runner";
import { HubService } from "./service";
import { UNITS } from "./unit-names";

/** What rootless podman and the firewall need, by package manager. */
const PACKAGES: Runner["packages"] = {
  apt: ["podman", "passt", "uidmap", "catatonit", "crun", "nftables", "openssl", "dbus-user-session"],
  // Without catatonit: no container runs with --init, and el9 has it in a repository that is off (containers/podman.io#274).
  dnf: ["podman", "passt", "shadow-utils", "crun", "nftables", "openssl"],
};

/** Why a host cannot be the hub's: its podman knows no pasta, through which the containers reach the network (tried on Debian 12; el8 has no passt, Ubuntu 22.04 podman 3). */
export function podmanRefusal({ os, hostname }: Facts): string | undefined {
  const major = Number.parseInt(os.versionId, 10);
  const tooOld =
    (os.id === "debian" && major < 13) ||
    (os.id === "ubuntu" && major < 24) ||
    ([os.id, ...os.idLike].includes("rhel") && major < 9);
  if (!tooOld) return undefined;
  return `${hostname} is ${os.id} ${os.versionId}, whose podman cannot run the hub: it has no pasta network, which podman has since 4.4. Next: give the hub a host with Debian 13, Ubuntu 24.04 or RHEL 9 (or a kin of it), or newer; login nodes may be older.`;
}

/** Hub and proxy in rootless containers (references/vub-hydra.md, "Rootless"). */
export function inContainers({ account }: StackConfig["hub"]): Runner {
  return {
    packages: PACKAGES,
    refusal: podmanRefusal,
    account: { subids: true, linger: true },
    proxyAccount: account,
    services: [UNITS.network, UNITS.proxy, UNITS.hub],
    sysctls: [
      ["user-namespaces", { name: "user.max_user_namespaces", value: "1024", atLeast: true }],
      // The firewall filters and does not redirect: without its table nothing answers at another port than with it.
      ["https-port", { name: "net.ipv4.ip_unprivileged_port_start", value: String(PORTS.https) }],
    ],
    software: (name, args, opts) => new HubImage(name, args, opts),
    service: (name, args, opts) => new HubService(name, args, opts),
  };
}
