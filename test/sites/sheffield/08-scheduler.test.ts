/** A job that is held, or that Grid Engine could not start, is told to its user with Grid Engine's words. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { logInByPassword } from "../../browser/person";
import { endJobs, gridJobs } from "./grid-jobs";

const URL = "https://sharc.localhost:8445";
const PROLOG = "/usr/local/bin/prolog-that-fails";
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let page: Page;

beforeAll(async () => {
  box = await attach("sheffield");
  browser = await startBrowser(box.netns("outside").prefix);
  page = await (await newPerson(browser.browser)).newPage();
  await logInByPassword(page, URL, "bob", "bob-box");
});

afterAll(async () => {
  await endJobs(box, "bob");
  await browser?.close();
});

/** A command of Grid Engine's manager that has to succeed. */
async function manager(host: string, ...argv: string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await box.host(host).run(argv, { user: "sgeadmin" });
  expect(exitCode, stdout + stderr).toBe(0);
}

/** Asks for a server in a queue of one host, and stays on the page that waits for it. */
async function ask(): Promise<void> {
  const form = async () => {
    await page.goto(`${URL}/hub/spawn`);
    return (await page.locator("#option-queue").count()) > 0;
  };
  await box.waitFor("the form", form, 60);
  await page.locator("#option-queue").selectOption("cstest.q");
  await page.locator("#spawn_form [type=submit]").click({ noWaitAfter: true });
}

/** Cancels on that page, and waits until Grid Engine has no job of his. */
async function cancel(): Promise<void> {
  await page.locator("#cancel").click();
  await box.waitFor("his job to be gone", async () => (await gridJobs(box)).every(({ owner }) => owner !== "bob"), 90);
}

test("a job that is held is told so", async () => {
  await manager("qmaster", "qmod", "-d", "cstest.q");
  try {
    await ask();
    await page
      .locator("#progress-message")
      .getByText(/waits in the queue \(qw\)/)
      .waitFor({ timeout: 60_000 });
    const [job] = (await gridJobs(box)).filter(({ owner }) => owner === "bob");
    await manager("hub", "qhold", job?.id ?? "");
    await page
      .locator("#progress-message")
      .getByText(/\(hqw\): it is held/)
      .waitFor({ timeout: 60_000 });
    expect(await page.locator("#progress-next").innerText()).toMatch(/qrls/);
    await cancel();
  } finally {
    await manager("qmaster", "qmod", "-e", "cstest.q");
  }
});

test("a job that Grid Engine could not start is reported to its user, with Grid Engine's reason", async () => {
  const node = box.host("exec2");
  await node.write(PROLOG, "#!/bin/sh\nexit 100\n");
  await node.run(["chmod", "755", PROLOG]);
  const prolog = (path: string) => manager("qmaster", "qconf", "-mattr", "queue", "prolog", path, "cstest.q");
  await prolog(PROLOG);
  try {
    await ask();
    const said = page.locator("#progress-message");
    await said.getByText(/is in error \(Eqw\)/).waitFor({ timeout: 120_000 });
    expect(await said.innerText()).toMatch(/Grid Engine could not start it.*prolog/);
    expect(await page.locator("#progress-next").innerText()).toMatch(/Cancel it, and start again/);
    await cancel();
  } finally {
    await prolog("NONE");
    await node.run(["rm", "-f", PROLOG]);
  }
});
