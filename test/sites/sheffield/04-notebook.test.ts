/** The walk through the whole: log in with a system account, choose, start, compute, restart the hub that runs on its host, and go on. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { logInByPassword, newNotebook, runCell, startServer, stopServer } from "../../browser/person";
import { hubAnswers } from "../hub-answers";

const URL = "https://sharc.localhost:8445";
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let page: Page;

beforeAll(async () => {
  box = await attach("sheffield");
  browser = await startBrowser(box.netns("outside").prefix);
  page = await (await newPerson(browser.browser)).newPage();
});

afterAll(async () => {
  await stopServer(page, URL);
  await box.waitFor("the job to be gone", async () => (await jobs()).length === 0, 60);
  await browser?.close();
});

/** Jobs as Grid Engine lists them: "user state queue slots". */
async function jobs(): Promise<string[]> {
  const { stdout } = await box.host("hub").run(["qstat", "-u", "*"], { user: "alice" });
  return stdout
    .split("\n")
    .slice(2)
    .filter(Boolean)
    .map((line) => line.trim().split(/\s+/))
    .map(([, , , user, state, , , queue, slots]) => `${user} ${state} ${queue} ${slots}`);
}

test("alice logs in with her system account and chooses queue, cores and memory", async () => {
  await logInByPassword(page, URL, "alice", "alice-box");
  await page.locator("#option-queue").waitFor();
  expect(await page.locator("#option-queue option").allInnerTexts()).toEqual([
    expect.stringMatching(/^any/),
    expect.stringMatching(/^all\.q/),
    expect.stringMatching(/^cstest\.q/),
  ]);
  await page.locator("#option-queue").selectOption("all.q");
  await page.locator("#option-cores").fill("2");
  await page.locator("#option-memory").fill("600M");
});

test("JupyterLab starts on an execution host, in a job of hers with what she asked for", async () => {
  await startServer(page, "alice");
  expect(await jobs()).toEqual([expect.stringMatching(/^alice r all\.q@exec[12] 2$/)]);
  await newNotebook(page);
  const code =
    "import getpass, socket\nanswer = 6 * 7\nprint(getpass.getuser(), 'on', socket.gethostname(), 'says', answer)";
  expect(await runCell(page, code)).toMatch(/^alice on exec[12] says 42$/);
});

test("the journal of the hub's host says what was asked, and no process of hers runs there", async () => {
  const { stdout } = await box
    .host("hub")
    .run(["journalctl", "-t", "jupyterhub-hpc-jupyter", "--no-pager", "-o", "cat"]);
  expect(stdout).toMatch(/operation=submit user=alice job=\d+ result=done options="?.*-q all\.q/);
  const { stdout: processes } = await box.host("hub").run(["sh", "-c", "ps -u alice -o args= || true"]);
  expect(processes).toBe("");
});

test("the hub restarts; the same server and kernel answer, variables intact", async () => {
  const before = await jobs();
  expect((await box.host("hub").run(["systemctl", "restart", "jupyterhub-hub.service"])).stderr).toBe("");
  await box.waitFor("the hub to answer", () => hubAnswers(box), 60);
  expect(await runCell(page, "print('still', answer)")).toBe("still 42");
  expect(await jobs()).toEqual(before);
});
