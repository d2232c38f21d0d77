/** What a site adds by lines of YAML, a job script template of its own, and limits that Grid Engine itself says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { hubPython } from "../../../runtime/locked-python";
import { newPerson, startBrowser } from "../../browser/browser";
import { logInByPassword, startServer, stopServer } from "../../browser/person";
import { deploy } from "../deploy";
import { writeVariant } from "../stack-file";

const URL = "https://sharc.localhost:8445";
const directory = mkdtempSync(join(tmpdir(), "form-"));
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let page: Page;

/** Has Grid Engine end the jobs of cstest.q after this time. */
async function limitQueue(time: string): Promise<void> {
  const { stderr, exitCode } = await box.host("qmaster").run(["qconf", "-mattr", "queue", "h_rt", time, "cstest.q"]);
  expect(exitCode, stderr).toBe(0);
}

beforeAll(async () => {
  box = await attach("sheffield");
  await hubPython(); // which a template is tried with: where Pulumi runs in the box, pip finds nothing
  browser = await startBrowser(box.netns("outside").prefix);
  page = await (await newPerson(browser.browser)).newPage();
  await limitQueue("00:30:00");
});

afterAll(async () => {
  await browser?.close();
  await limitQueue("04:00:00");
  rmSync(directory, { recursive: true });
});

test("the form has the site's further field, and no more than Grid Engine gives", { timeout: 400_000 }, async () => {
  const template = join(directory, "server.sh.ejs");
  const ours = readFileSync("templates/submit/gridengine.sh.ejs", "utf8");
  writeFileSync(
    template,
    ours.replace("#$ -r n\n", "#$ -r n\n#$ -ac site=sharc\n").replace(/<% for \(const option [\s\S]*?<% } -%>\n/, ""),
  );
  const variant = writeVariant("box-sheffield", join(directory, "Pulumi.box-sheffield.yaml"), [
    [["scheduler", "gridengine", "submitTemplate"], template],
    [["scheduler", "gridengine", "jobOptions"], ["-ac site=sharc"]],
    [["scheduler", "gridengine", "readLimits"], true],
    [
      ["scheduler", "gridengine", "resources"],
      [
        {
          name: "machine",
          title: "Machine",
          complex: "arch",
          choices: [
            { value: "any", title: "any" },
            { value: "lx-amd64", title: "64 bits" },
          ],
        },
      ],
    ],
  ]);
  await deploy(box, variant);
  await logInByPassword(page, URL, "alice", "alice-box");
  await page.locator("#option-machine").waitFor();
  expect(await page.locator("#option-machine option").allInnerTexts()).toEqual(["any", "64 bits"]);
  expect(await page.locator("#option-queue-help").innerText()).toMatch(/cstest\.q: .*at most 2 cores, 00:30:00/);
});

test("what Grid Engine does not give is refused on the page, and nothing is submitted", async () => {
  await page.locator("#option-queue").selectOption("cstest.q");
  await page.locator("#option-runtime").fill("1:00:00");
  await page.locator('form [type="submit"]').last().click();
  await page.getByText("not offered by queue cstest.q, at most 00:30:00").waitFor();
  expect((await box.host("hub").run(["qstat", "-u", "alice"], { user: "alice" })).stdout).toBe("");
});

test("what is chosen gets into the job, and so does the template's own line", async () => {
  await page.locator("#option-queue").selectOption("cstest.q");
  await page.locator("#option-runtime").fill("0:10:00");
  await page.locator("#option-machine").selectOption("lx-amd64");
  await startServer(page, "alice");
  const { stdout } = await box.host("hub").run(["qstat", "-j", "*"], { user: "alice" });
  expect(stdout).toMatch(/^hard resource_list: +.*arch=lx-amd64/m);
  expect(stdout).toMatch(/^hard resource_list: +.*h_rt=600/m);
  expect(stdout).toMatch(/^hard_queue_list: +cstest\.q/m);
  expect(stdout).toMatch(/^context: +.*site=sharc/m);
  await stopServer(page, URL);
});

test("without those keys the form is as before", { timeout: 400_000 }, async () => {
  await deploy(box);
  await page.goto(`${URL}/hub/spawn`);
  await page.locator("#option-queue").waitFor();
  expect(await page.locator("#option-machine").count()).toBe(0);
  expect(await page.locator("#option-queue-help").innerText()).toMatch(/cstest\.q: .*at most 2 cores, 04:00:00/);
});
