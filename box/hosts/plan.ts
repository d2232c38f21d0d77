/** What each host of a site gets before it boots: identity, access, shared directories, its part of the scheduler. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { ensureAuthority, ensureCertificate, ensureSshKey } from "../certificates";
import { providerBinds } from "../idp/provider-host";
import { bulkDir, runDir } from "../paths";
import { prepareDatabase, seedDatabase } from "../postgresql";
import { prepareScheduler, seedScheduler } from "../schedulers";
import { address, type Host, machines, type Site } from "../site";
import type { BootPlan } from "./machine";
import type { SeedFile } from "./overlay";

/** Rootless podman in a box: no cgroup controllers and no raised limits are to be had. */
const containersConf = `# The box: what its kernel and cgroups do not allow is not asked for.
[containers]
pids_limit = 0
default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]
`;

/** Makes the box's keys and certificates, and writes known_hosts for whoever connects to its hosts. */
export async function ensureIdentities(site: Site): Promise<void> {
  await mkdir(runDir(site.name), { recursive: true, mode: 0o700 });
  await ensureSshKey(runDir(site.name, "admin_ed25519"), `admin of box ${site.name}`);
  const lines: string[] = [];
  for (const host of machines(site)) {
    const key = await ensureSshKey(runDir(site.name, "hostkeys", host.name), `host ${host.name}`);
    const addresses = Object.keys(host.addresses).flatMap((network) => [
      address(site, host.name, network),
      address(site, host.name, network, 6),
    ]);
    lines.push(`${[host.name, ...addresses].join(",")} ${key.split(" ").slice(0, 2).join(" ")}`);
  }
  await writeFile(runDir(site.name, "known_hosts"), `${lines.join("\n")}\n`);
  await ensureAuthority(site.name);
  const { certificate, identityProvider } = site;
  if (certificate) await ensureCertificate(site.name, certificate.host, certificate.names);
  if (identityProvider) await ensureCertificate(site.name, identityProvider.host, [identityProvider.name]);
  await prepareScheduler(site);
  await prepareDatabase(site);
}

/** What a host needs to boot. */
export async function bootPlan(site: Site, host: Host): Promise<BootPlan> {
  const key = runDir(site.name, "hostkeys", host.name);
  const files: SeedFile[] = [
    { path: "/etc/ssh/ssh_host_ed25519_key", content: await readFile(key, "utf8"), mode: 0o600 },
    { path: "/etc/ssh/ssh_host_ed25519_key.pub", content: await readFile(`${key}.pub`, "utf8") },
    { path: "/etc/containers/containers.conf", content: containersConf },
    {
      path: "/usr/local/share/ca-certificates/box.crt",
      content: await readFile(runDir(site.name, "ca.pem"), "utf8"),
    },
    ...(await seedScheduler(site, host)),
    ...(await seedDatabase(site, host)),
  ];
  const binds: BootPlan["binds"] = [];
  if (host.shared) {
    for (const directory of site.sharedDirectories) {
      const from = bulkDir(site.name, "shared", directory);
      await mkdir(from, { recursive: true });
      binds.push({ from, to: directory });
    }
    if (site.modulePath) await mkdir(bulkDir(site.name, "shared", site.modulePath), { recursive: true });
  }
  if (host.name === site.identityProvider?.host) binds.push(...providerBinds);
  return { files, binds };
}
