/** The main job: a person logs in, chooses, gets JupyterLab on a compute node, runs a cell; the hub restarts under it. */
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { chooseResources, logIn, newNotebook, runCell, startServer } from "../../browser/person";
import { hubAnswers } from "../hub-answers";

const URL = "https://hub.localhost:8443";
/** With UPDATE_PICTURES=1 the documentation's pictures are taken anew. */
const PICTURES = process.env.UPDATE_PICTURES ? "docs/images" : ".box/vub/pictures";

let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let page: Page;

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  box = await attach("vub");
  await stopJobs();
  browser = await startBrowser(box.netns("outside").prefix);
  page = await (await newPerson(browser.browser)).newPage();
});

afterAll(async () => {
  await browser?.close();
});

/** Ends what an earlier run left running, so that this one starts where a new user would. */
async function stopJobs(): Promise<void> {
  if ((await jobs()).length === 0) return;
  await box.host("slurm").run(["scancel", "--name=jupyterhub"]);
  await box.waitFor("the queue to be empty", async () => (await jobs()).length === 0, 60);
  // A starting hub asks after every server it knows, instead of at its next look.
  await box.host("hub").run(["systemctl", "restart", "jupyterhub-hub.service"]);
  await box.waitFor("the hub to answer", () => hubAnswers(box), 60);
}

async function jobs(): Promise<string[]> {
  const { stdout } = await box.host("slurm").run(["squeue", "--noheader", "--format=%i %u %T %N"]);
  return stdout.trim().split("\n").filter(Boolean);
}

test("alice logs in through the identity provider and sees the form", async () => {
  await logIn(page, URL, "alice", "alice-box");
  expect(await page.locator('#spawn_form select[name="partition"]').inputValue()).toBe("short"); // not the first by name
  await chooseResources(page, { partition: "short", cores: 2, runtime: "1:00:00" });
  await page.screenshot({ path: `${PICTURES}/form.png` });
  expect(await page.locator("select[name=partition] option").allInnerTexts()).toEqual(
    expect.arrayContaining([expect.stringMatching(/short/i), expect.stringMatching(/long/i)]),
  );
});

test("JupyterLab starts on a compute node, in a job of hers", async () => {
  await startServer(page, "alice");
  const running = await jobs();
  expect(running).toHaveLength(1);
  expect(running[0]).toMatch(/^\d+ alice RUNNING node[12]$/);
});

test("a cell runs there, as alice", async () => {
  await newNotebook(page);
  const code = [
    "import getpass, socket",
    "answer = 6 * 7",
    "print(getpass.getuser(), 'on', socket.gethostname(), 'says', answer)",
  ];
  expect(await runCell(page, code.join("\n"))).toMatch(/^alice on node[12] says 42$/);
  await page.screenshot({ path: `${PICTURES}/lab.png` });
});

test("what she asked for is what Slurm gave", async () => {
  const { stdout } = await box.host("slurm").run(["squeue", "--noheader", "--format=%P %C %l"]);
  expect(stdout.trim()).toBe("short 2 1:00:00");
});

test("the hub restarts; the same server and kernel answer, variables intact", async () => {
  const before = await jobs();
  const restarted = await box.host("hub").run(["systemctl", "restart", "jupyterhub-hub.service"]);
  expect(restarted.stderr).toBe("");
  await box.waitFor("the hub to answer", () => hubAnswers(box), 60);
  expect(await runCell(page, "print('still', answer)")).toBe("still 42");
  expect(await jobs()).toEqual(before);
});

test("after a reload of the page the hub still knows her server", async () => {
  await page.goto(`${URL}/hub/home`);
  await page
    .getByText(/stop my server/i)
    .first()
    .waitFor();
});
