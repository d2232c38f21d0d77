import { expect, test } from "vitest";
import { exampleConfig, exampleValues } from "../../test/fixtures/configuration";
import { ConfigError } from "../config/errors";
import { validate } from "../config/validate";
import { renderContainerStateTool } from "./container-state";
import { renderHubConfig } from "./hub-config";
import { hubSettings } from "./settings";
import { backupPlace, databaseUrl, passwordLine } from "./state";
import { renderBackupUnits } from "./state-tool";
import { renderHubUnit } from "./units";

const PASSWORD = "canary:pass\\word";
const withHub = async (hub: object, secretKeys = ["hub", "authentication"]) => {
  const values = exampleValues();
  Object.assign(values.hub, hub);
  return validate({ ...(await exampleConfig(values)), secretKeys: new Set(secretKeys) });
};
const postgresql = { host: "db.example.org", password: PASSWORD };
const inputOf = (config: Awaited<ReturnType<typeof withHub>>) => ({
  stack: "example",
  config,
  uid: 990,
  state: "/var/lib/jupyterhub/state",
  proxyIdentity: "/var/lib/jupyterhub/proxy",
  image: "localhost/jupyterhub-hpc:current",
  selinux: false,
});

test("SQLite by default; PostgreSQL by one key, its certificate checked, its password elsewhere", async () => {
  expect(databaseUrl((await withHub({})).hub, false)).toBe("sqlite:////var/lib/jupyterhub/jupyterhub.sqlite");
  const database = (await withHub({ database: { postgresql } })).hub;
  expect(databaseUrl(database, true)).toBe(
    "postgresql+psycopg://jupyterhub@db.example.org:5432/jupyterhub?passfile=/etc/jupyterhub/secrets/pgpass&connect_timeout=10&sslmode=verify-full&sslrootcert=/etc/jupyterhub/trust.pem",
  );
  expect(databaseUrl(database, false)).toContain("sslrootcert=/etc/ssl/certs/ca-certificates.crt");
  const plain = (await withHub({ database: { postgresql: { ...postgresql, host: "fd00::5", tls: false } } })).hub;
  expect(databaseUrl(plain, false)).toMatch(/@\[fd00::5\]:5432\/.*sslmode=disable$/);
});

test("the password is in its own file, as libpq reads it, and in no unit, program or configuration", async () => {
  const config = await withHub({ database: { postgresql } });
  if (!config.hub.database.postgresql) throw new Error("no section");
  expect(passwordLine(config.hub.database.postgresql, PASSWORD)).toBe(
    "db.example.org:5432:jupyterhub:jupyterhub:canary\\:pass\\\\word\n",
  );
  const input = inputOf(config);
  for (const text of [
    renderHubUnit(input),
    renderContainerStateTool(input),
    renderHubConfig(hubSettings("example", config)),
  ]) {
    expect(text).toContain("postgresql+psycopg://");
    expect(text).not.toContain("canary");
  }
});

test.each([
  [
    "a password in plain text",
    { database: { postgresql } },
    ["authentication"],
    /hub\.database\.postgresql\.password[\s\S]*plain text/,
  ],
  [
    "no password",
    { database: { postgresql: { host: "db" } } },
    undefined,
    /hub\.database\.postgresql\.password\n +is missing/,
  ],
  [
    "a name that is options",
    { database: { postgresql: { ...postgresql, name: "x?sslmode=disable" } } },
    undefined,
    /the name of a database/,
  ],
  ["another database", { database: { mysql: {} } }, undefined, /hub\.database\.mysql[\s\S]*is not a key/],
  ["a time that is a directive", { backup: { schedule: "daily\nExecStart=/bin/sh" } }, undefined, /OnCalendar/],
  ["no backups at all", { backup: { keep: 0 } }, undefined, /hub\.backup\.keep/],
])("%s is refused", async (_name, hub, secretKeys, words) => {
  const refused = await withHub(hub, secretKeys).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ConfigError);
  expect((refused as Error).message).toMatch(words);
  expect((refused as Error).message).not.toContain("canary");
});

test("backups elsewhere stay when the hub is destroyed; the hub's own container sees them nowhere", async () => {
  const { hub } = await withHub({});
  expect(backupPlace(hub)).toEqual({ directory: "/var/lib/jupyterhub/backups", apart: false });
  const config = await withHub({ backup: { directory: "/srv/backups", keep: 3, schedule: "Mon *-*-* 05:00:00" } });
  expect(backupPlace(config.hub)).toEqual({ directory: "/srv/backups", apart: true });
  const tool = renderContainerStateTool(inputOf(config));
  expect(tool).toContain("--volume /srv/backups:/var/lib/jupyterhub-backups:rw");
  expect(tool).toContain("--keep 3");
  expect(renderHubUnit(inputOf(config))).not.toContain("backups");
  expect(renderBackupUnits("example", config.hub, "jupyterhub-network").timer).toContain(
    "OnCalendar=Mon *-*-* 05:00:00\n",
  );
});
