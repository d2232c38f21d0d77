/** Where the hub's state is, as the hub and the tool of its state both have to know. */
import type { StackConfig } from "../config/schema";
import type { DatabaseConfig } from "../config/state";
import { PATHS, placesOf } from "./paths";

/** Certificate authorities of the image. */
const USUAL_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

/**
 * SQLAlchemy's address of the database; no password is in it.
 * @param ownTrust whether the site has authorities of its own (`tls.trustFile`)
 */
export function databaseUrl(hub: StackConfig["hub"], ownTrust: boolean): string {
  const { postgresql } = hub.database;
  if (!postgresql) return `sqlite:///${placesOf(hub).state}/jupyterhub.sqlite`;
  const { host, port, name, user, tls } = postgresql;
  const options = new URLSearchParams({
    passfile: PATHS.databasePassword,
    connect_timeout: "10",
    ...(tls
      ? { sslmode: "verify-full", sslrootcert: ownTrust ? PATHS.trust : USUAL_AUTHORITIES }
      : { sslmode: "disable" }),
  });
  const server = host.includes(":") ? `[${host}]` : host;
  return `postgresql+psycopg://${user}@${server}:${port}/${name}?${decodeURIComponent(options.toString())}`;
}

/** The line of a password file (PostgreSQL's "The Password File"), in which : and \\ are escaped. */
export function passwordLine(
  { host, port, name, user }: NonNullable<DatabaseConfig["postgresql"]>,
  password: string,
): string {
  const field = (text: string) => text.replace(/[\\:]/g, "\\$&");
  return `${[field(host), port, field(name), field(user), field(password)].join(":")}\n`;
}

/** Where the backups are on the hub host, and whether that is apart from what `pulumi destroy` removes. */
export function backupPlace({ backup, stateDirectory }: StackConfig["hub"]): { directory: string; apart: boolean } {
  const directory = backup.directory ?? `${stateDirectory}/backups`;
  return { directory, apart: !`${directory}/`.startsWith(`${stateDirectory}/`) };
}
