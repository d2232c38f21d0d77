/** Metrics: who may read them, what the token is good for, and that they move with what happens. */
import { execa } from "execa";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { chooseResources, logIn, startServer, stopServer } from "../../browser/person";
import { promtool } from "../../fixtures/promtool";

const URL = "https://hub.localhost:8443";
const TOKEN = "box-metrics-token-box-metrics-token";
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

interface Answer {
  status: number;
  body: string;
}

/** Asks the hub as somebody in a namespace of the box; `admin` is where the stack lets Prometheus be. */
async function ask(from: "admin" | "outside", path: string, args: string[] = [], token = TOKEN): Promise<Answer> {
  const address = from === "admin" ? "10.77.0.10" : "10.88.0.10";
  const headers = token ? ["-H", `Authorization: Bearer ${token}`] : [];
  const target = ["--resolve", `hub.localhost:443:${address}`, "--cacert", ".box/vub/ca.pem"];
  const { stdout, stderr } = await box
    .netns(from)
    .run([
      "curl",
      "-s",
      "-S",
      "-m",
      "20",
      "-w",
      "\n%{http_code}",
      ...target,
      ...headers,
      ...args,
      `https://hub.localhost${path}`,
    ]);
  const end = stdout.lastIndexOf("\n");
  const status = Number(stdout.slice(end + 1));
  if (!status) throw new Error(`${path}: ${stderr}`);
  return { status, body: stdout.slice(0, end) };
}

/** The value of a series, as it is written: name{label="value"}. */
async function value(series: string, path = "/hub/metrics"): Promise<number> {
  const { status, body } = await ask("admin", path);
  expect(status, body.slice(0, 300)).toBe(200);
  const line = body.split("\n").find((one) => one.startsWith(`${series} `));
  return Number(line?.split(" ")[1] ?? Number.NaN);
}

test("without the token, or from elsewhere with it, there is nothing to read", async () => {
  for (const path of ["/hub/metrics", "/hub/api/metrics", "/hub/metrics/proxy"]) {
    expect((await ask("admin", path, [], "")).status, path).toBe(403);
    expect((await ask("admin", path, [], `${TOKEN}x`)).status, path).toBe(403);
    expect((await ask("outside", path)).status, path).toBe(403);
    const claimed = ["-H", "X-Forwarded-For: 10.77.0.2"];
    expect((await ask("outside", path, claimed)).status, path).toBe(403);
    // Compute nodes reach the hub past the proxy, whose word nobody else can borrow.
    const argv = ["curl", "-s", "-k", "-o", "/dev/null", "-w", "%{http_code}", "-H", `Authorization: Bearer ${TOKEN}`];
    const direct = await box.host("node1").run([...argv, ...claimed, "--insecure", `https://10.77.0.10:8081${path}`]);
    expect(direct.stdout, path).not.toBe("200");
    expect((await ask("admin", path)).status, path).toBe(200);
  }
});

test("the token reads metrics and does nothing else", async () => {
  const forbidden: [string, string][] = [
    ["GET", "/hub/api/users"],
    ["GET", "/hub/api/users/alice"],
    ["POST", "/hub/api/users/alice/server"],
    ["DELETE", "/hub/api/users/alice/server"],
    ["POST", "/hub/api/users/alice/tokens"],
    ["POST", "/hub/api/users/mallory"],
    ["GET", "/hub/api/proxy"],
    ["GET", "/hub/api/groups"],
    ["POST", "/hub/api/shutdown"],
    ["POST", "/hub/api/batchspawner"],
    ["GET", "/user/alice/api/contents"],
  ];
  for (const [method, path] of forbidden) {
    const { status, body } = await ask("admin", path, ["-X", method, "-d", "{}"]);
    expect([302, 403, 404, 405], `${method} ${path}: ${status} ${body.slice(0, 200)}`).toContain(status);
  }
  const stdout = (await ask("admin", "/hub/api/user")).body;
  expect(stdout).not.toContain("alice");
});

test("the token is in no file that others can read, in no unit and in no log", async () => {
  const script =
    "cat > /run/needle; grep -rlsF -f /run/needle /etc /run/systemd /var/log /proc/[0-9]*/cmdline; journalctl --no-pager -o cat | grep -cF -f /run/needle; rm /run/needle";
  const { stdout } = await box.host("hub").run(["sh", "-c", script], { input: TOKEN });
  expect(stdout).toBe("/etc/jupyterhub/secrets/metrics_token\n0\n");
});

test("series move when bob's server starts, and when a login node goes down", async () => {
  const started = 'jupyterhub_hpc_spawn_duration_seconds_count{outcome="started"}';
  const before = { started: await value(started), running: await value("jupyterhub_running_servers") };
  expect(await value('jupyterhub_hpc_login_node_up{node="login1"}')).toBe(1);
  await logIn(bob, URL, "bob", "bob-box");
  await chooseResources(bob, { partition: "short", cores: 1, runtime: "0:30:00" });
  await startServer(bob, "bob");
  expect(await value(started)).toBe(before.started + 1);
  expect(await value("jupyterhub_running_servers")).toBe(before.running + 1);
  expect(await value('jupyterhub_hpc_jobs{state="running"}')).toBeGreaterThan(0);
  expect(await value("requests_ws", "/hub/metrics/proxy")).toBeGreaterThanOrEqual(0);

  await box.host("login1").stop();
  const down = async () => (await value('jupyterhub_hpc_login_node_up{node="login1"}')) === 0;
  await box.waitFor("login1 to be seen as down", down, 60);
  expect(await value('jupyterhub_hpc_login_node_up{node="login2"}')).toBe(1);
  const answered = await value("jupyterhub_hpc_queue_answered_timestamp_seconds");
  const again = async () => (await value("jupyterhub_hpc_queue_answered_timestamp_seconds")) > answered;
  await box.waitFor("the queue to be looked at through login2", again, 60);
  await box.host("login1").start();
  const up = async () => (await value('jupyterhub_hpc_login_node_up{node="login1"}')) === 1;
  await box.waitFor("login1 to be seen as up", up, 60);

  await stopServer(bob, URL);
  const ended = async () => (await value("jupyterhub_running_servers")) === before.running;
  await box.waitFor("bob's server to be gone", ended, 60);
});

test.each([
  ["check", "docs/metrics/alerts.yaml"],
  ["test", "docs/metrics/alerts.test.yaml"],
])("promtool %s rules %s", async (verb, file) => {
  const { exitCode, all } = await execa(await promtool(), [verb, "rules", file], { all: true, reject: false });
  expect(exitCode, all).toBe(0);
});
