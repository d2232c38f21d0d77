/** One login node stops: spawning goes on through the other, and nobody's server ends. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { chooseResources, logIn, newNotebook, runCell, startServer, stopServer } from "../../browser/person";

const URL = "https://hub.localhost:8443";
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let bob: Page;

beforeAll(async () => {
  box = await attach("vub");
  browser = await startBrowser(box.netns("outside").prefix);
  bob = await (await newPerson(browser.browser)).newPage();
});

afterAll(async () => {
  await browser?.close();
  await box.host("login1").start();
});

async function jobsOf(user: string): Promise<string[]> {
  const { stdout } = await box.host("slurm").run(["squeue", "--noheader", `--user=${user}`, "--format=%i %T"]);
  return stdout.trim().split("\n").filter(Boolean);
}

test("with login1 down, bob starts a server through login2", async () => {
  const alice = await jobsOf("alice");
  await box.host("login1").stop();
  await logIn(bob, URL, "bob", "bob-box");
  await chooseResources(bob, { partition: "short", cores: 1, runtime: "0:30:00" });
  await startServer(bob, "bob");
  await newNotebook(bob);
  expect(await runCell(bob, "import getpass; print(getpass.getuser())")).toBe("bob");
  expect(await jobsOf("alice")).toEqual(alice);
});

test("the hub's log names the one that is down", async () => {
  const { stdout } = await box.host("hub").run(["journalctl", "-u", "jupyterhub-hub", "--no-pager", "-o", "cat"]);
  expect(stdout).toMatch(/login1.*(down|connect|reach|answer|timed out|refused)/i);
});

test("bob stops his server, and its job is gone", async () => {
  await stopServer(bob, URL);
  await box.waitFor(
    "bob's job to end",
    async () => (await jobsOf("bob")).every((job) => job.includes("COMPLETING")),
    60,
  );
});
