/** A server that waits for a node: when it is expected to start, how its user calls it off, and which logs are kept. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { chooseResources, logIn, startServer, stopServer } from "../../browser/person";

const URL = "https://hub.localhost:8443";
const LOGS = "/home/alice/.jupyterhub/logs";
/** How many the job script keeps. */
const KEPT = 20;

let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let alice: Page;

beforeAll(async () => {
  box = await attach("vub");
  browser = await startBrowser(box.netns("outside").prefix);
  alice = await (await newPerson(browser.browser)).newPage();
  await logIn(alice, URL, "alice", "alice-box");
});

afterAll(async () => {
  await browser?.close();
  await box.host("login1").run(["sh", "-c", `rm -f ${LOGS}/server-900*.log ${LOGS}/notes.log`], { user: "alice" });
  await box.host("slurm").run(["scancel", "--name=filler"]);
});

async function jobs(selection: string): Promise<string[]> {
  const { stdout } = await box.host("slurm").run(["squeue", "--noheader", selection, "--format=%i %T"]);
  return stdout.split("\n").filter((line) => line !== "" && !line.includes("COMPLETING"));
}

async function ask(partition: string): Promise<void> {
  await alice.goto(`${URL}/hub/spawn/alice`);
  await chooseResources(alice, { partition, cores: 1, runtime: "0:30:00" });
}

test("while it waits for a node the page says when it is expected to start; Cancel takes its job away", async () => {
  // `long` has one node, which this takes for ten minutes.
  const filler = ["sbatch", "--job-name=filler", "--partition=long", "--exclusive", "--time=10", "--output=/dev/null"];
  const { exitCode, stderr } = await box.host("slurm").run([...filler, "--wrap=sleep 600"], { user: "bob" });
  expect(exitCode, stderr).toBe(0);
  await box.waitFor("the filler", async () => (await jobs("--name=filler")).some((job) => /RUNNING/.test(job)), 60);
  await ask("long");
  await alice.locator('#spawn_form [type="submit"]').last().click();
  await alice.locator("#job-state", { hasText: "PENDING" }).waitFor();
  const expected = alice.locator("#job-expected_start", { hasText: /\d{4}-\d{2}-\d{2} \d{2}:\d{2}/ });
  await expected.waitFor({ timeout: 120_000 });
  const seconds = (Date.parse(`${(await expected.innerText()).replace(" ", "T")}Z`) - Date.now()) / 1000;
  expect(seconds).toBeGreaterThan(60);
  expect(seconds).toBeLessThan(660);

  await alice.locator("#cancel").click();
  await alice.waitForURL(/\/hub\/home/);
  await box.waitFor("alice's job to be gone", async () => (await jobs("--user=alice")).length === 0, 60);
  await box.host("slurm").run(["scancel", "--name=filler"]);
});

test("the newest logs stay, others and what is no log are left alone", async () => {
  const old = `mkdir -p ${LOGS} && cd ${LOGS} && rm -f server-*.log && for i in $(seq 1 25); do touch -d "-$((30 - i)) hours" server-$((900000 + i)).log; done; touch -d -9days notes.log`;
  expect((await box.host("login1").run(["sh", "-c", old], { user: "alice" })).exitCode).toBe(0);
  await ask("short");
  await startServer(alice, "alice");
  const [job] = await jobs("--user=alice");
  const { stdout } = await box.host("login1").run(["ls", "-1rt", LOGS], { user: "alice" });
  const kept = [...Array(KEPT - 1).keys()].map((i) => `server-${900_000 + 25 - KEPT + 2 + i}.log`);
  expect(stdout.trim().split("\n")).toEqual(["notes.log", ...kept, `server-${job?.split(" ")[0]}.log`]);
  await stopServer(alice, URL);
  await box.waitFor("alice's job to end", async () => (await jobs("--user=alice")).length === 0, 60);
});
