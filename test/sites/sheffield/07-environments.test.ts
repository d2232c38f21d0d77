/** An environment that follows a lock file of its host: what changes without Pulumi, for whom, and what a wrong lock and a way back do. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { bulkDir, runDir } from "../../../box/paths";
import { readLock } from "../../../components/environments/lock";
import { newPerson, startBrowser } from "../../browser/browser";
import { logInByPassword, newNotebook, runCell, startServer, stopServer } from "../../browser/person";
import { deploy } from "../deploy";
import { writeVariant } from "../stack-file";

const URL = "https://sharc.localhost:8445";
const LOCK = "/apps/software/jupyterlab.lock";
const UNIT = "jupyter-environment-jupyterlab";
/** Shows where a server runs, and whether it has the package that only the later lock has. */
const WHERE = `import importlib.util, os, sys
print(os.path.basename(sys.prefix), importlib.util.find_spec("jupyterhub_idle_culler") is not None)`;

const directory = mkdtempSync(join(tmpdir(), "environments-"));
const variant = () =>
  writeVariant("box-sheffield", join(directory, "Pulumi.box-sheffield.yaml"), [
    [["environments", "0", "install", "update"], { lock: LOCK, wheels: "/apps/software/wheels" }],
    [["environments", "0", "install", "wheels"], undefined],
  ]);
const servers = readFileSync("runtime/requirements/singleuser.txt", "utf8");
const culler = readLock(readFileSync("runtime/requirements/hub.txt", "utf8")).packages.find(
  ({ name }) => name === "jupyterhub-idle-culler",
);
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let alice: Page;
let bob: Page;

beforeAll(async () => {
  box = await attach("sheffield");
  browser = await startBrowser(box.netns("outside").prefix);
  const shared = bulkDir("sheffield", "shared", "/apps/software/wheels");
  mkdirSync(shared, { recursive: true });
  for (const wheels of ["wheels", "hub-wheels"])
    cpSync(`${runDir("sheffield", wheels)}/.`, shared, { recursive: true, force: false });
  await writeLock(servers);
}, 300_000);

afterAll(async () => {
  for (const page of [alice, bob]) if (page) await stopServer(page, URL);
  await box.waitFor("the jobs to be gone", async () => (await hub("qstat", "-u", "*")).stdout === "", 60);
  await browser?.close();
  await deploy(box);
  rmSync(bulkDir("sheffield", "shared", "/apps/software"), { recursive: true });
  rmSync(directory, { recursive: true });
}, 400_000);

const hub = (...argv: string[]) => box.host("hub").run(argv, { timeoutSeconds: 400 });

/** Puts a lock there as the administrator does, who is not root. */
async function writeLock(text: string): Promise<void> {
  await box.host("hub").write(LOCK, text);
  await hub("chown", "admin:admin", LOCK);
}

/** Has the timer's service do its work now. */
const update = async () => {
  const { exitCode } = await hub("systemctl", "start", `${UNIT}.service`);
  const { stdout } = await hub("journalctl", "-u", `${UNIT}.service`, "-n", "30", "-o", "cat", "--no-pager");
  return { exitCode, said: stdout };
};

const current = async () => (await hub("readlink", "/apps/jupyterhub")).stdout.trim().replace(/.*\//, "");

async function doctor(...args: string[]): Promise<string> {
  const options = { timeoutSeconds: 240 };
  return (await box.netns("admin").run(["npx", "tsx", "doctor/cli.ts", ...args, "--stack", "box-sheffield"], options))
    .stdout;
}

async function startFor(user: string): Promise<{ page: Page; where: string }> {
  const page = await (await newPerson(browser.browser)).newPage();
  await logInByPassword(page, URL, user, `${user}-box`);
  await startServer(page, user);
  await newNotebook(page);
  return { page, where: await runCell(page, WHERE) };
}

test("what Pulumi made from the same lock is taken over, and a server starts in it", async () => {
  const before = await current();
  await deploy(box, variant());
  expect(await current()).toBe(before);
  const { page, where } = await startFor("alice");
  alice = page;
  expect(where).toBe(`${before} False`);
  expect((await hub("systemctl", "is-active", `${UNIT}.timer`)).stdout).toBe("active\n");
}, 600_000);

test("the lock changes: a new server has the new package, the one that runs keeps its own, and Pulumi has nothing to do", async () => {
  const before = await current();
  await writeLock(`${servers}${culler?.text}\n`);
  const { exitCode, said } = await update();
  expect(exitCode, said).toBe(0);
  expect(said).toContain(`before: ${before}.`);
  expect((await hub("find", "/apps/jupyterhub/", "-not", "-user", "root")).stdout).toBe("");
  const { page, where } = await startFor("bob");
  bob = page;
  expect(where).toBe(`${await current()} True`);
  expect(await current()).not.toBe(before);
  expect(await runCell(alice, WHERE)).toBe(`${before} False`);
  const preview = await box.pulumi(["preview", "--expect-no-changes", "--non-interactive", "--config-file", variant()]);
  expect(preview.exitCode, preview.stdout).toBe(0);
}, 600_000);

test("a lock that will not do changes nothing, and is an alarm", async () => {
  const before = await current();
  await writeLock(`${servers}rocket==1.0 --hash=sha256:${"0".repeat(64)}\n`);
  const { exitCode, said } = await update();
  expect(exitCode).not.toBe(0);
  expect(said).toMatch(/stays as it is\. pip failed: .*rocket/s);
  expect(await current()).toBe(before);
  expect(await doctor("health")).toMatch(/ALARM +jupyterlab was not updated at .* UTC: .*rocket/s);
}, 300_000);

test("one command goes back, and the timer leaves it so until the lock changes", async () => {
  const before = await current();
  expect(await doctor("rollback", "--environment", "jupyterlab")).toMatch(/^\/apps\/jupyterhub is now version /);
  const back = await current();
  expect(back).not.toBe(before);
  expect(await runCell(alice, WHERE)).toBe(`${back} False`);
  const { exitCode, said } = await update();
  expect(exitCode, said).toBe(0);
  expect(said).toContain(`was put back to ${back}, and stays there until ${LOCK} changes`);
  expect(await doctor("rollback")).toMatch(
    new RegExp(`^  \\* ${back}  made .*\n    ${before}|^    ${before}  made .*\n  \\* ${back}`, "m"),
  );
  await writeLock(`${servers}${culler?.text}\n`);
  expect((await update()).said).toContain(`is now version ${before}`);
}, 300_000);
