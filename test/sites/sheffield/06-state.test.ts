/** The state of a hub that runs on its host: backed up, restored with servers running, damaged, and a certificate renewed under open connections. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { logInByPassword, startServer, stopServer } from "../../browser/person";
import { renewedCertificate } from "../certificate-authority";
import { hubHost, kernelGoesOn, rememberInKernel } from "../hub-host";
import { writeVariant } from "../stack-file";

const URL = "https://sharc.localhost:8445";
const STATE = "/srv/jupyterhub/state";
const STACK = ["--stack", "box-sheffield"];
const directory = mkdtempSync(join(tmpdir(), "state-"));
let box: Box;
let site: ReturnType<typeof hubHost>;
let browser: Awaited<ReturnType<typeof startBrowser>>;
/** Alice's window: her server outlives all of this. */
let page: Page;

beforeAll(async () => {
  box = await attach("sheffield");
  site = hubHost(box);
  browser = await startBrowser(box.netns("outside").prefix);
  if (await knowsCarol()) {
    // Another test was hers.
    await site.hub("systemctl stop jupyterhub-hub");
    await database("DELETE FROM users WHERE name = ?");
    await site.hub("systemctl start jupyterhub-hub");
    await site.hubIsUp();
  }
  page = await (await newPerson(browser.browser)).newPage();
  await logInByPassword(page, URL, "alice", "alice-box");
  await page.locator("#option-queue").waitFor();
  await startServer(page, "alice");
  await rememberInKernel(page);
});

afterAll(async () => {
  await stopServer(page, URL);
  const jobs = async () => (await box.host("hub").run(["qstat", "-u", "*"], { user: "alice" })).stdout.trim();
  await box.waitFor("the job to be gone", async () => (await jobs()) === "", 60);
  await browser?.close();
  rmSync(directory, { recursive: true });
});

/** What a statement about carol gives of the hub's database, as the hub's account. */
function database(statement: string): Promise<string> {
  const code = `import sqlite3
with sqlite3.connect("${STATE}/jupyterhub.sqlite") as connection:
    connection.execute("PRAGMA foreign_keys = ON")
    print(connection.execute("${statement}", ["carol"]).fetchone())`;
  return site.hub(`runuser -u jupyter -- python3 -c '${code}'`);
}

/** Whether the hub's database has her. */
const knowsCarol = async () => (await database("SELECT name FROM users WHERE name = ?")).includes("carol");

test("the timer's unit and the command each make a backup, which the hub itself cannot reach", async () => {
  await site.hub("systemctl is-active jupyterhub-backup.timer && systemctl start jupyterhub-backup.service");
  const { text, exitCode } = await site.doctor("backup", ...STACK);
  expect(exitCode, text).toBe(0);
  const listed = await site.hub("stat -c '%a %U %n' /srv/jupyterhub/backups/*.tar.gz");
  for (const kind of ["scheduled", "requested"])
    expect(listed).toMatch(new RegExp(`^600 jupyter \\S+-${kind}\\.tar\\.gz$`, "m"));
  const inUnit = 'nsenter --target "$(systemctl show -p MainPID --value jupyterhub-hub)" --mount';
  const look = (place: string) => `${inUnit} runuser -u jupyter -- ls ${place}`;
  expect(await site.hub(look(STATE))).toContain("jupyterhub.sqlite");
  expect(await site.hub(`${look("/srv/jupyterhub/backups")} 2>&1 || true`)).toContain("Permission denied");
});

test("after a restore the hub knows no more than the backup, and a kernel that ran goes on", async () => {
  const carol = await (await newPerson(browser.browser)).newPage();
  await logInByPassword(carol, URL, "carol", "carol-box");
  expect(await knowsCarol()).toBe(true);
  const { text, exitCode } = await site.doctor("restore", ...STACK, "latest");
  expect(text).toContain(`is restored. What it replaced is kept in ${STATE}/replaced/`);
  expect(exitCode).toBe(0);
  await site.hubIsUp();
  expect(await knowsCarol()).toBe(false);
  await carol.goto(`${URL}/hub/home`);
  expect(carol.url()).toContain("/hub/login");
  await carol.context().close();
  await kernelGoesOn(page);
  await site.knowsServerOf(page);
});

test("a damaged database is named on the page, in the log and by doctor; restored, the hub is back", async () => {
  const damage = `dd if=/dev/urandom of=${STATE}/jupyterhub.sqlite bs=4096 seek=1 count=8 conv=notrunc 2>/dev/null`;
  await site.hub(`systemctl stop jupyterhub-hub && ${damage} && systemctl start jupyterhub-hub`);
  await box.waitFor("the page to say so", async () => (await site.frontPage()).includes("database is damaged"), 60);
  expect(await site.hub("journalctl -u jupyterhub-hub -o cat -n 50 --no-pager")).toMatch(
    /The hub cannot start: .*jupyterhub\.sqlite is damaged.*restore --stack box-sheffield latest/s,
  );
  const [health, backup] = await Promise.all([site.doctor("health", ...STACK), site.doctor("backup", ...STACK)]);
  expect(health.text).toMatch(/database +ALARM.*jupyterhub\.sqlite is damaged/i);
  expect([health.exitCode, backup.exitCode]).toEqual([1, 1]);
  await kernelGoesOn(page);
  expect((await site.doctor("restore", ...STACK, "latest")).exitCode).toBe(0);
  await site.hubIsUp();
  await site.knowsServerOf(page);
});

test("a renewed certificate is taken up while alice's websockets stay open", async () => {
  const served = () => site.served("10.86.0.10");
  const started = () => site.hub("systemctl show -p ExecMainStartTimestampMonotonic jupyterhub-proxy");
  const sockets: string[] = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  const [before, since] = [await served(), await started()];
  const { certificate, key } = await renewedCertificate(box, directory, 10);
  const tls: [string[], unknown][] = [
    [["tls", "certificateFile"], certificate],
    [["tls", "keyFile"], key],
  ];
  await site.up(writeVariant("box-sheffield", join(directory, "Pulumi.box-sheffield.yaml"), tls));
  expect(await served()).not.toBe(before);
  await site.up();
  expect(await served()).toBe(before);
  expect(await started()).toBe(since);
  await kernelGoesOn(page);
  expect(sockets).toEqual([]);
});

test("afterwards doctor finds the hub well", async () => {
  const { text, exitCode } = await site.doctor("health", ...STACK);
  expect(text).not.toMatch(/ALARM|warning/);
  expect(exitCode, text).toBe(0);
});
