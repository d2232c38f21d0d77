/** A real PostgreSQL server on a host of the site, for a hub that keeps its database there. It is started by whoever needs it. */
import { readFile } from "node:fs/promises";
import { ensureCertificate } from "./certificates";
import type { RootLayer } from "./debian/roots";
import type { SeedFile } from "./hosts/overlay";
import { runDir } from "./paths";
import { address, type Host, type Site } from "./site";

/** Debian's own server, with the cluster that its package makes. */
export const postgresqlServer: RootLayer = { name: "postgresql", mode: "install", packages: ["postgresql"] };

const DIRECTORY = "/etc/postgresql/17/main";

/** Makes the certificate of a site's database server. */
export async function prepareDatabase(site: Site): Promise<void> {
  if (site.database) await ensureCertificate(site.name, "database", [address(site, site.database.host, "inside")]);
}

/** What the server's host gets before it boots: it listens on the cluster's network, over TLS only, and does not start by itself. */
export async function seedDatabase(site: Site, host: Host): Promise<SeedFile[]> {
  if (site.database?.host !== host.name) return [];
  const network = address(site, host.name, "inside").replace(/\d+$/, "0/24");
  const owned = (path: string, content: string): SeedFile => ({ path, content, mode: 0o600, owner: "postgres" });
  const file = (name: string) => readFile(runDir(site.name, name), "utf8");
  return [
    owned(`${DIRECTORY}/start.conf`, "manual\n"),
    owned(`${DIRECTORY}/server.crt`, await file("database.crt")),
    owned(`${DIRECTORY}/server.key`, await file("database.key")),
    owned(
      `${DIRECTORY}/conf.d/box.conf`,
      `listen_addresses = '*'\nssl = on\nssl_cert_file = '${DIRECTORY}/server.crt'\nssl_key_file = '${DIRECTORY}/server.key'\n`,
    ),
    owned(`${DIRECTORY}/pg_hba.conf`, `local all all peer\nhostssl jupyterhub jupyterhub ${network} scram-sha-256\n`),
  ];
}
