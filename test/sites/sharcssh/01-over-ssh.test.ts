/** Grid Engine over SSH, from the hub in a container: a person chooses, gets JupyterLab on an execution host, and keeps it while the hub restarts. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { logIn, newNotebook, runCell, startServer, stopServer } from "../../browser/person";
import { hubAnswers } from "../hub-answers";

const URL = "https://sharc.localhost:8443";
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let page: Page;

beforeAll(async () => {
  box = await attach("sharcssh");
  browser = await startBrowser(box.netns("outside").prefix);
  page = await (await newPerson(browser.browser)).newPage();
});

afterAll(() => browser?.close());

/** What alice is told by a command on the login node. */
const told = async (...argv: string[]) => (await box.host("login1").run(argv, { user: "alice" })).stdout;

test("the hub host has no software of the cluster; the login node was registered as a submit host", async () => {
  expect((await box.host("hub").run(["sh", "-c", "command -v qsub qstat"])).stdout).toBe("");
  expect((await box.host("qmaster").run(["qconf", "-ss"])).stdout).toBe("login1\n");
});

test("alice logs in at the identity provider, and chooses on the form", async () => {
  await logIn(page, URL, "alice", "alice-box");
  await page.locator("#option-queue").selectOption("cstest.q");
  await page.locator("#option-cores").fill("2");
  await page.locator("#option-memory").fill("500M");
  await page.locator("#option-runtime").fill("0:30:00");
});

test("JupyterLab starts on an execution host, within the parallel environment she asked for", async () => {
  await startServer(page, "alice");
  const job = await told("qstat", "-j", "*");
  expect(job).toMatch(/^owner: +alice$/m);
  expect(job).toMatch(/^hard resource_list: +h_rt=1800,rmem=500M$/m);
  expect(job).toMatch(/^hard_queue_list: +cstest\.q$/m);
  expect(job).toMatch(/^parallel environment: +openmp range: 2$/m);
  await newNotebook(page);
  const code = [
    "import getpass, os, socket",
    "answer = 6 * 7",
    "print(getpass.getuser(), 'on', socket.gethostname(), 'with', os.environ['NSLOTS'], 'says', answer)",
  ];
  expect(await runCell(page, code.join("\n"))).toBe("alice on exec1 with 2 says 42");
});

test("nobody else sees the token: not in qstat -j, nor in the spool, nor among the processes; and in no file", async () => {
  const hosts = ["exec1", "qmaster", "login1"];
  const read =
    "tr '\\0' '\\n' </proc/$(pgrep -u alice -f jupyterhub-singleuser | head -1)/environ | sed -n 's/^JUPYTERHUB_API_TOKEN=//p'";
  const token = (await box.host("exec1").run(["sh", "-c", read])).stdout.trim();
  expect(token).toMatch(/^[0-9a-f]{32}$/);
  const all =
    "qstat -j '*'; qstat -r -ext -u '*'; ps -eo args -e; cat /var/spool/gridengine/execd/*/job_scripts/* /proc/*/environ; grep -rs JUPYTERHUB_API /var/spool/gridengine /tmp /home; cat /var/log/*.log";
  for (const host of hosts) {
    const asBob = { user: "bob", timeoutSeconds: 120 };
    const { stdout } = await box.host(host).run(["bash", "-c", `exec 2>/dev/null; ${all}`], asBob);
    expect(stdout, host).toContain("-eo args");
    expect(stdout, host).not.toContain(token);
  }
  // As root: the file in which it was handed over is gone, and no other has it.
  const files = `grep -rlsF ${token} /var/spool/gridengine /home/alice/.jupyterhub /tmp; ls /home/alice/.jupyterhub/handed-over`;
  for (const host of hosts) expect((await box.host(host).run(["bash", "-c", files])).stdout, host).toBe("");
});

test("the hub restarts; the same server and kernel answer, variables intact", async () => {
  const before = await told("qstat", "-u", "alice");
  expect((await box.host("hub").run(["systemctl", "restart", "jupyterhub-hub.service"])).stderr).toBe("");
  await box.waitFor("the hub to answer", () => hubAnswers(box), 90);
  expect(await runCell(page, "print('still', answer)")).toBe("still 42");
  expect(await told("qstat", "-u", "alice")).toBe(before);
});

test("stopped from the hub's page, the job is gone", async () => {
  await stopServer(page, URL);
  await box.waitFor("the job to end", async () => (await told("qstat", "-u", "alice")) === "", 60);
});
