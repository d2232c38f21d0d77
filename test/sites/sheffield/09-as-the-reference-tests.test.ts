/** "Testing the JupyterHub setup" at the end of references/sheffield-sharc.rst, step by step; the log that one follows there is read meanwhile. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { logInByPassword, startServer } from "../../browser/person";
import { endJobs } from "./grid-jobs";

const URL = "https://sharc.localhost:8445";
const UNITS = ["jupyterhub-hub.service", "jupyterhub-proxy.service", "jupyterhub-login.service", "nginx.service"];
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let page: Page;
let began = "";

beforeAll(async () => {
  box = await attach("sheffield");
  await endJobs(box, "alice");
  browser = await startBrowser(box.netns("outside").prefix);
  page = await (await newPerson(browser.browser)).newPage();
});

afterAll(async () => {
  await endJobs(box, "alice");
  await browser?.close();
});

/** What the units' journal says from the beginning of the test on, one line each: as `journalctl -f` would have shown it. */
async function journal(): Promise<string[]> {
  const units = UNITS.flatMap((unit) => ["--unit", unit]);
  const { stdout } = await box
    .host("hub")
    .run(["journalctl", ...units, "--no-pager", "--output=cat", `--since=@${began}`]);
  return stdout.split("\n").filter(Boolean);
}

test("1, 2: on the host the log can be followed", async () => {
  began = (await box.host("hub").run(["date", "+%s"])).stdout.trim();
  const follow = ["timeout", "2", "journalctl", "--unit", "jupyterhub-hub.service", "--follow", "--lines=1"];
  const { stdout, exitCode } = await box.host("hub").run(follow);
  expect(exitCode, "it goes on until it is ended").toBe(124);
  expect(stdout).not.toBe("");
});

test("3: the plain address leads to HTTPS by itself", async () => {
  const ask = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}"];
  const there = ["--resolve", "sharc.localhost:80:10.86.0.10", "http://sharc.localhost/"];
  const { stdout } = await box.netns("outside").run([...ask, ...there]);
  expect(stdout).toBe(`301 ${URL}/`);
});

test("4: after the log-in and the form, the session is there", async () => {
  await logInByPassword(page, URL, "alice", "alice-box");
  await page.locator("#option-queue").waitFor();
  await startServer(page, "alice");
  expect(page.url()).toMatch(/\/user\/alice\/lab/);
  expect((await journal()).join("\n")).toMatch(/User logged in: alice[\s\S]*Server alice is ready|alice server took/);
});

test("5: the log holds no warning and no error", async () => {
  const lines = await journal();
  expect(lines.length).toBeGreaterThan(5);
  // A start that takes longer than ten seconds is told so: a machine that has other things to do takes as long.
  const unexpected = lines.filter((line) => !/is slow to start/.test(line));
  const alarming = unexpected.filter((line) => /^\[?[WEC] |error|traceback|warning/i.test(line));
  expect(alarming).toEqual([]);
});
