/** What runs the hub is killed: nobody's server ends, the way to it is there again, and the kernel remembers. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { startBrowser } from "../../browser/browser";
import { endAllJobs, hubAnswers, keepKernel, liveJobs, remembered, routeLeadsTo } from "./kept-kernel";

let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let page: Page;
let before: string[];

beforeAll(async () => {
  box = await attach("vub");
  await endAllJobs(box);
  browser = await startBrowser(box.netns("outside").prefix);
  page = await keepKernel(browser, "alice");
  before = await liveJobs(box);
});

afterAll(async () => {
  await browser?.close();
  await endAllJobs(box);
});

const kill = (...units: string[]) =>
  box.host("hub").run(["systemctl", "kill", "--signal=KILL", ...units.map((unit) => `jupyterhub-${unit}.service`)]);

async function backAgain(): Promise<void> {
  await box.waitFor("the hub to answer", () => hubAnswers(box), 150);
  await box.waitFor("the way to alice's server, without her doing anything", () => routeLeadsTo(box, "alice"), 60);
}

const KILLED: [string, string[]][] = [
  ["the hub", ["hub"]],
  ["the proxy", ["proxy"]],
  ["hub and proxy", ["hub", "proxy"]],
  ["the network of both", ["network"]],
];

test.each(KILLED)("%s killed: routes and server are there again", async (_what, units) => {
  const mainPid = async () =>
    (await box.host("hub").run(["systemctl", "show", "--property=MainPID", `jupyterhub-${units[0]}.service`])).stdout;
  const pid = await mainPid();
  await kill(...units);
  await box.waitFor("the unit to run again", async () => !["MainPID=0\n", pid].includes(await mainPid()), 60);
  await backAgain();
  expect(await liveJobs(box)).toEqual(before);
});

test("the kernel has kept its variables through all of it", async () => {
  expect(await remembered(page)).toBe("still 42");
});
