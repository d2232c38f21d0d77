/** What goes wrong with one server is said to its user: what happened, in the scheduler's words too, what to do, and the end of the job's log. */
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { chooseResources, logIn, newNotebook, startServer, stopServer } from "../../browser/person";
import { hubAnswers } from "../hub-answers";

const URL = "https://hub.localhost:8443";
const PICTURES = ".box/vub/pictures";
const NODES = ["node1", "node2"];
const CANARY = "canary-in-the-log";

let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let alice: Page;
let bob: Page;
/** What is to be put right after a test, last first. */
const undo: (() => Promise<void>)[] = [];

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  box = await attach("vub");
  browser = await startBrowser(box.netns("outside").prefix);
  [alice, bob] = (await Promise.all(["alice", "bob"].map(arrive))) as [Page, Page];
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

afterAll(async () => {
  await browser?.close();
});

async function arrive(user: string): Promise<Page> {
  const page = await (await newPerson(browser.browser)).newPage();
  await logIn(page, URL, user, `${user}-box`);
  return page;
}

/** Runs a shell script on hosts as root, and another when the test is over. */
async function cause(hosts: string[], script: string, undone: string): Promise<void> {
  const all = async (text: string) => {
    const results = await Promise.all(hosts.map((host) => box.host(host).run(["sh", "-euc", text])));
    for (const { exitCode, stderr } of results) expect(exitCode, `${text}: ${stderr}`).toBe(0);
  };
  undo.push(() => all(undone));
  await all(script);
}

/** Fills in the form; it is not sent yet. */
async function fill(page: Page, user: string, runtime = "0:30:00"): Promise<void> {
  await page.goto(`${URL}/hub/spawn/${user}`);
  await chooseResources(page, { partition: "short", cores: 1, runtime });
}

/** Fills in the form and sends it. */
async function ask(page: Page, user: string, runtime?: string): Promise<void> {
  await fill(page, user, runtime);
  await page.locator('#spawn_form [type="submit"]').last().click();
}

/** What the page of a failure says, once it is there. */
async function failure(page: Page): Promise<{ what: string; next: string; log: string; job: string }> {
  const card = page.locator("#ending");
  await card.waitFor({ timeout: 60_000 }).catch(async (error: unknown) => {
    await page.screenshot({ path: `${PICTURES}/no-failure-shown.png` });
    throw error;
  });
  const job = (await card.getAttribute("data-job")) ?? "";
  if (job) await page.locator('#job-log-text[data-read="true"]').waitFor();
  return {
    what: await page.locator("#ending-what").innerText(),
    next: await page.locator("#ending-next").innerText(),
    log: job ? await page.locator("#job-log-text").innerText() : "",
    job,
  };
}

/** The hub's log since a moment of `date +%s`. */
async function hubLog(since: string): Promise<string> {
  const journal = ["journalctl", "-u", "jupyterhub-hub", "--no-pager", "-o", "cat", `--since=@${since}`];
  return (await box.host("hub").run(journal)).stdout;
}

async function now(): Promise<string> {
  return (await box.host("hub").run(["date", "+%s"])).stdout.trim();
}

async function jobsOf(user: string): Promise<string> {
  return (await box.host("slurm").run(["squeue", "--noheader", `--user=${user}`, "--format=%i %T"])).stdout.trim();
}

const REFUSED: [string, string, string, RegExp, string][] = [
  [
    "a group that may not use the partition",
    "AllowGroups=root",
    "AllowGroups=ALL",
    /your group may not use/,
    "User's group not permitted to use this partition",
  ],
  [
    "more time than the partition allows",
    "MaxTime=1",
    "MaxTime=04:00:00",
    /more time than the partition allows/,
    "Requested time limit is invalid",
  ],
  [
    "more memory than the partition allows",
    "MaxMemPerNode=100",
    "MaxMemPerNode=0",
    /too much memory/,
    "Requested partition configuration not available now",
  ],
  [
    "a partition that is drained",
    "State=DRAIN",
    "State=UP",
    /takes no jobs at the moment/,
    "Required partition not available (inactive or drain)",
  ],
];

test.each(REFUSED)("refused: %s", async (what, setting, undone, words, said) => {
  const since = await now();
  const partition = "scontrol update PartitionName=short";
  await cause(["slurm"], `${partition} ${setting}`, `${partition} ${undone}`);
  await ask(alice, "alice");
  const told = await failure(alice);
  expect(told.what).toMatch(words);
  expect(told.what).toContain(said);
  expect(told.next).toMatch(/partition|shorter|less/);
  await alice.screenshot({ path: `${PICTURES}/refused-${what.replaceAll(" ", "-")}.png` });
  expect(await hubLog(since)).toMatch(new RegExp(`alice.*${said.replace(/[()]/g, "\\$&")}`));
  expect(await jobsOf("alice")).toBe("");
});

const ENDED: [string, string, string, RegExp, RegExp][] = [
  [
    "the environment is missing on the node",
    "mount -t tmpfs tmpfs /apps/jupyterhub",
    "umount /apps/jupyterhub",
    /environment is missing on the compute node/,
    /There is no \/apps\/jupyterhub\/bin\/python on node[12]\./,
  ],
  [
    "a module does not load",
    "mount -t tmpfs tmpfs /apps/modulefiles",
    "umount /apps/modulefiles",
    /module of the chosen environment could not be loaded/,
    /module jupyterhub\/current could not be loaded/,
  ],
  [
    "the home directory is missing",
    "mount -t tmpfs tmpfs /home",
    "umount /home",
    /home directory cannot be used on the compute node/,
    /No such file or directory/,
  ],
  [
    "the home directory is full",
    "mount -t tmpfs -o size=64k,uid=2001,gid=2001,mode=0700 tmpfs /home/alice; head -c 64k /dev/zero > /home/alice/full",
    "umount /home/alice",
    /home directory is full/,
    /No such file or directory/,
  ],
];

test.each(ENDED)("%s", async (what, script, undone, words, log) => {
  const since = await now();
  await cause(NODES, script, undone);
  await ask(alice, "alice");
  const told = await failure(alice);
  expect(told.what).toMatch(words);
  expect(told.what).toMatch(/FAILED.*exit code 8\d/);
  expect(told.next).not.toBe("");
  expect(told.log).toMatch(log);
  await alice.screenshot({ path: `${PICTURES}/${what.replaceAll(" ", "-")}.png`, fullPage: true });
  expect(await hubLog(since)).toContain(`Job ${told.job} ended on node`);
});

test("while it waits: state, reason and what to do, live; then it starts by itself", async () => {
  const partition = "scontrol update PartitionName=short";
  await cause(["slurm"], `${partition} State=DOWN`, `${partition} State=UP`);
  await ask(alice, "alice", "0:01:00");
  await alice.locator("#job-reason", { hasText: "PartitionDown" }).waitFor();
  expect(await alice.locator("#job-state").innerText()).toBe("PENDING");
  expect(await alice.locator("#progress-message").innerText()).toMatch(
    /^Job \d+ waits in the queue: the partition is down/,
  );
  expect(await alice.locator("#progress-next").innerText()).toMatch(/another partition/);
  await alice.screenshot({ path: `${PICTURES}/waiting.png` });
  await undo.pop()?.();
  await alice.waitForURL(/\/user\/alice\/lab/, { timeout: 120_000 });
});

test("a server killed for its memory: its user is told at the address of the server, and starts it again at once", async () => {
  const since = await now();
  await fill(bob, "bob");
  await startServer(bob, "bob");
  await newNotebook(bob);
  const job = (await jobsOf("bob")).split(" ")[0];
  await bob.locator(".jp-Notebook .jp-CodeCell .cm-content").first().click();
  await bob.keyboard.insertText("x = b'x' * (900 << 20)");
  await bob.keyboard.press("Shift+Enter");
  await box.waitFor("Slurm to end bob's job", async () => !(await jobsOf("bob")).includes("RUNNING"), 60);
  await bob.goto(`${URL}/user/bob/lab`);
  await bob.screenshot({ path: `${PICTURES}/no-answer.png` });
  const told = await failure(bob);
  expect(told.job).toBe(job);
  expect(told.what).toMatch(/more memory than it asked for: 500M/);
  expect(told.next).toMatch(/more memory/);
  expect(told.log).toMatch(/ServerApp/);
  await bob.screenshot({ path: `${PICTURES}/killed-for-memory.png`, fullPage: true });
  expect(await hubLog(since)).toContain(`Server of bob: Job ${job} ended on node`);
  await bob.locator("#start-again").click();
  await bob.waitForURL(/\/user\/bob\/lab/, { timeout: 120_000 });
  await stopServer(bob, URL);
  await box.waitFor("bob's job to end", async () => !(await jobsOf("bob")).includes("RUNNING"), 60);
});

test("a node that does not reach the hub: the log says so while it waits, and the page when the time is over", async () => {
  const config = "/etc/jupyterhub/jupyterhub_config.py";
  const restart = "systemctl restart jupyterhub-hub.service";
  undo.push(() => box.waitFor("the hub to answer", () => hubAnswers(box), 60)); // last of all
  await cause(
    ["hub"],
    `cp -p ${config} /root/config; sed -i 's/^c.Spawner.start_timeout = .*/c.Spawner.start_timeout = 40/' ${config}; ${restart}`,
    `cp -p /root/config ${config}; rm /root/config; ${restart}`,
  );
  await box.waitFor("the hub to answer", () => hubAnswers(box), 60);
  const rule = "to 10.77.0.10 ipproto tcp dport 8081 unreachable priority 10";
  await cause(NODES, `ip rule add ${rule}`, `ip rule del ${rule}`);
  await ask(bob, "bob");
  await bob.locator("#job-host", { hasText: /node[12]/ }).waitFor();
  await bob.locator("#job-log summary").click();
  await bob.locator("#job-log-text", { hasText: /does not answer/ }).waitFor();
  await bob.screenshot({ path: `${PICTURES}/starting.png`, fullPage: true });
  const told = await failure(bob);
  expect(told.what).toMatch(/runs on node[12], but its server has not told the hub its port within 40 seconds/);
  expect(told.log).toMatch(/the hub at http\S+ does not answer/);
  await box.waitFor("bob's job to be cancelled", async () => !(await jobsOf("bob")).includes("RUNNING"), 60);
});

test("a server that reached its time limit; its log is text, its owner's alone, and not in the hub's log", async () => {
  await box.waitFor("Slurm to end alice's job", async () => !(await jobsOf("alice")).includes("RUNNING"), 150);
  // Whatever ran in the job could write into its log; this is its last word.
  const line = `<script>document.title = "${CANARY}"</script><img src=x onerror="document.title = '${CANARY}'">`;
  const newest = 'cat >> "$(ls -t ~/.jupyterhub/logs/server-*.log | head -1)"';
  const written = await box.host("login1").run(["sh", "-c", newest], { user: "alice", input: `${line}\n` });
  expect(written).toMatchObject({ exitCode: 0 });

  await alice.goto(`${URL}/user/alice/lab`);
  const told = await failure(alice);
  expect(told.what).toMatch(/it reached its time limit of 00:01:00 \(TIMEOUT/);
  expect(told.next).toMatch(/more time/);
  expect(told.log).toContain(`<script>document.title = "${CANARY}"</script><img src=x`);
  expect(await alice.title()).not.toContain(CANARY);
  await alice.screenshot({ path: `${PICTURES}/time-limit.png`, fullPage: true });

  await alice.goto(`${URL}/hub/home`);
  expect(await failure(alice)).toEqual(told);
  await alice.screenshot({ path: `${PICTURES}/home-after-an-end.png`, fullPage: true });

  const ofBob = await bob.evaluate(async () => {
    const token = (globalThis as unknown as { jhdata: { xsrf_token: string } }).jhdata.xsrf_token;
    return (await fetch(`/hub/api/user/job?_xsrf=${token}`)).text();
  });
  expect(ofBob).toContain('"log"');
  expect(ofBob).not.toContain(CANARY);
  const journal = ["journalctl", "--no-pager", "-o", "cat", "--grep", CANARY];
  expect((await box.host("hub").run(journal)).stdout).not.toContain(CANARY);
});
