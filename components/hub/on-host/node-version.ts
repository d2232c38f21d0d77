import type { Facts } from "../../../plugins/host/sdk";

/** The oldest Node.js that the locked configurable-http-proxy is for, and that runtime/image/proxy.ts bundles it for. */
const OLDEST = 20;

/** Major version of the package nodejs, as far as it is too old: Debian 12 and Ubuntu 24.04 have 18, el9 has 16 unless a module is enabled. */
function packaged({ id, versionId, idLike }: Facts["os"]): number | undefined {
  const major = Number.parseInt(versionId, 10);
  if ((id === "debian" && major < 13) || (id === "ubuntu" && major < 25)) return 18;
  if ([id, ...idLike].includes("rhel") && major < 10) return 16;
  return undefined;
}

/** Why a host cannot run the proxy without a container, with the next step: its Node.js is too old, or the one it would get is. */
export function nodeRefusal({ hostname, os, nodeVersion, packageManager }: Facts): string | undefined {
  const version = nodeVersion ?? packaged(os);
  if (version === undefined || Number.parseInt(String(version), 10) >= OLDEST) return undefined;
  const has =
    nodeVersion === undefined
      ? `${hostname} is ${os.id} ${os.versionId} and has no Node.js, and its package nodejs is version ${version}`
      : `${hostname} has Node.js ${nodeVersion}`;
  const install =
    packageManager === "dnf"
      ? "dnf module reset nodejs && dnf module install nodejs:22 on that host"
      : "install a package nodejs of version 20 or newer on that host, such as Debian 13's";
  return `${has}; hub.onHost needs ${OLDEST} or newer for the proxy. Nothing was changed. Next: ${install}, or run the hub in containers (hub.image).`;
}
