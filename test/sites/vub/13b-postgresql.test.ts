/** The hub's database on a real PostgreSQL server, by one key: used, backed up, restored, out of reach for a while, and left again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { startBrowser } from "../../browser/browser";
import { answerTo } from "../../browser/person";
import { writeVariant } from "../stack-file";
import { keepKernel, kernelGoesOn, SLOW, stateSite, URL } from "./state-site";

/** A colon and a backslash, which libpq's file of passwords wants escaped. */
const PASSWORD = "canary:8c1f\\e2b6";
const directory = mkdtempSync(join(tmpdir(), "postgresql-"));
let box: Box;
let site: ReturnType<typeof stateSite>;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let page: Page;

beforeAll(async () => {
  box = await attach("vub");
  site = stateSite(box);
  await site.endJobs();
  browser = await startBrowser(box.netns("outside").prefix);
  await database("pg_ctlcluster 17 main start");
  await sql(
    `DROP DATABASE IF EXISTS jupyterhub; DROP ROLE IF EXISTS jupyterhub; CREATE ROLE jupyterhub LOGIN PASSWORD '${PASSWORD}'; CREATE DATABASE jupyterhub OWNER jupyterhub;`,
  );
});

afterAll(async () => {
  await browser?.close();
  await database("pg_ctlcluster 17 main stop -m fast || true");
  rmSync(directory, { recursive: true });
});

/** On the host with the database's server. */
async function database(command: string, input = ""): Promise<string> {
  const { stdout, stderr, exitCode } = await box
    .host("slurm")
    .run(["sh", "-c", command], { timeoutSeconds: 60, ...(input && { input }) });
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout.trim();
}

/** As the server's own superuser; one statement after the other. */
const sql = (text: string, of = "postgres") =>
  database(`cd /; runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1 -d ${of}`, text.replaceAll(";", ";\n"));

const users = () => sql("SELECT name FROM users ORDER BY name;", "jupyterhub");

test(
  "one key moves the hub to PostgreSQL; people log in and work there",
  async () => {
    const variant = writeVariant("box-vub", join(directory, "Pulumi.box-vub.yaml"), [
      [["hub", "database"], { postgresql: { host: "10.77.0.20" } }],
    ]);
    const secret = ["config", "set", "--config-file", variant, "--secret", "--path"];
    const { exitCode, stderr } = await box.pulumi([
      ...secret,
      "jupyterhub-hpc:hub.database.postgresql.password",
      PASSWORD,
    ]);
    expect(exitCode, stderr).toBe(0);
    await site.up(variant);
    await site.hubIsUp();
    page = await keepKernel(browser, "alice");
    expect(await users()).toBe("alice");
    const { text, exitCode: healthy } = await site.doctor("health", "--stack", "box-vub");
    expect(text).toMatch(/database +ok +postgresql, jupyterhub on 10\.77\.0\.20:5432/);
    expect(healthy, text).toBe(0);
  },
  SLOW,
);

test("the password is in its file and nowhere else on the hub host", async () => {
  const found = await site.hub(
    "cd /; grep -rlsF canary:8c1f /etc /usr/local /run/systemd /run/user /var/lib/jupyterhub/state /var/lib/jupyterhub/.config /var/log 2>/dev/null; grep -rlsF 'canary\\:8c1f' /etc /usr/local /run/systemd; stat -c '%a %U' /etc/jupyterhub/secrets/pgpass",
  );
  expect(found.split("\n")).toEqual(["/etc/jupyterhub/secrets/pgpass", "600 jupyterhub"]);
  // While a backup is made, whatever runs is looked at again and again.
  const seen = await site.hub(
    "jupyterhub-state backup >/dev/null & while kill -0 $! 2>/dev/null; do ps -eo args e; done >/tmp/seen; journalctl -o cat --no-pager >>/tmp/seen; grep -c '[c]anary' /tmp/seen; grep -q 'python .*jupyterhub_hpc[.]state --keep' /tmp/seen && echo looked; rm /tmp/seen",
  );
  expect(seen).toBe("0\nlooked");
});

test(
  "a backup by pg_dump is restored; who came later is gone, alice's kernel goes on",
  async () => {
    const copy = join(directory, "copy.tar.gz");
    const backup = await site.doctor("backup", "--stack", "box-vub", "--to", copy);
    expect(backup.exitCode, backup.text).toBe(0);
    expect((await answerTo(browser.browser, URL, "bob")).status).toBeLessThan(400);
    expect(await users()).toBe("alice\nbob");

    // The server refuses a restore in its midst: nothing has changed.
    await sql(
      "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no tables today''; END'; CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION refuse();",
      "jupyterhub",
    );
    const refused = await site.doctor("restore", "--stack", "box-vub", "--from", copy);
    expect(refused.exitCode).toBe(1);
    expect(refused.text).toContain("no tables today");
    await sql("DROP EVENT TRIGGER refuse; DROP FUNCTION refuse;", "jupyterhub");
    await site.hubIsUp();
    expect(await users()).toBe("alice\nbob");

    const restored = await site.doctor("restore", "--stack", "box-vub", "--from", copy);
    expect(restored.exitCode, restored.text).toBe(0);
    await site.hubIsUp();
    expect(await users()).toBe("alice");
    await kernelGoesOn(page);
  },
  SLOW,
);

test(
  "a server that is down is named on the page, in the log and by doctor; nothing has to be done when it is back",
  async () => {
    await database("pg_ctlcluster 17 main stop -m fast");
    expect((await answerTo(browser.browser, URL, "bob")).text).toContain("The hub's database does not answer.");
    const { text, exitCode } = await site.doctor("health", "--stack", "box-vub");
    expect(exitCode).toBe(1);
    // The network of a rootless container may take the connection before the server refuses it: libpq then says "closed".
    expect(text).toMatch(
      /database +ALARM.*jupyterhub on 10\.77\.0\.20:5432 cannot be used \(.*port 5432 failed: .*(refused|closed)/is,
    );
    await kernelGoesOn(page);
    await database("pg_ctlcluster 17 main start");
    expect((await answerTo(browser.browser, URL, "bob")).status).toBeLessThan(400);
  },
  SLOW,
);

test(
  "back on SQLite the hub is as it was",
  async () => {
    await box.host("slurm").run(["scancel", "--name=jupyterhub"]);
    await site.up();
    await site.hubIsUp();
    const { text, exitCode } = await site.doctor("health", "--stack", "box-vub");
    expect(text).toMatch(/database +ok +sqlite/);
    expect(exitCode, text).toBe(0);
    expect(await site.hub("ls /etc/jupyterhub/secrets")).not.toContain("pgpass");
  },
  SLOW,
);
