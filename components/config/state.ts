import { z } from "zod";
import { absolutePath, flag, hostAddress, onCalendar, port, secret } from "./values";

/** Backups of the hub's state: docs/operations.md, "Backup". */
export const backupSection = z.strictObject({
  schedule: onCalendar()
    .default("*-*-* 03:30:00")
    .describe(
      "When the hub host backs up the hub's state, as OnCalendar of systemd.timer(5); `systemd-analyze calendar` explains one.",
    ),
  keep: z
    .int()
    .min(1)
    .max(1000)
    .default(14)
    .describe(
      "How many backups of a kind are kept: those of the timer, those asked for, and those made before an upgrade.",
    ),
  directory: absolutePath()
    .optional()
    .describe(
      "Directory on the hub host for the backups; its parent must exist. Default: `backups` in `hub.stateDirectory`. One on another disk or machine survives what happens to this one, and `pulumi destroy` leaves it.",
    ),
});

const databaseIdentifier = (what: string) =>
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/, {
    error: `must be ${what}: a letter or _, then at most 62 of A-Z a-z 0-9 _ -`,
  });

/** A database on a PostgreSQL server: docs/operations.md, "PostgreSQL". */
const postgresqlSection = z.strictObject({
  host: hostAddress().describe("The server, as the hub host reaches it."),
  port: port().default(5432).describe("Its port."),
  name: databaseIdentifier("the name of a database")
    .default("jupyterhub")
    .describe("The database; it must exist, and its owner be `user`."),
  user: databaseIdentifier("a role of PostgreSQL").default("jupyterhub").describe("The role the hub logs in as."),
  password: secret().describe(
    "That role's password. On the hub host it lies in a file that only the hub's account can read.",
  ),
  tls: flag()
    .default(true)
    .describe(
      "Encrypt the connection, and check the server's certificate and name against the usual authorities and those of `tls.trustFile`. False: only on a network that nobody else is on.",
    ),
});

/** Where the hub keeps its users, servers and tokens. */
export const databaseSection = z.strictObject({
  postgresql: postgresqlSection
    .optional()
    .describe("Keep the hub's database on a PostgreSQL server, instead of in an SQLite file on the hub host."),
});

/** A validated `hub.database` entry. */
export type DatabaseConfig = z.output<typeof databaseSection>;
