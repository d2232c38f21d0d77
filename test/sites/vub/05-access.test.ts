/** Who gets in, what answers where, and what a token from a job is good for. */
import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { startBrowser } from "../../browser/browser";
import { answerTo } from "../../browser/person";

const URL = "https://hub.localhost:8443";
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;

beforeAll(async () => {
  box = await attach("vub");
  browser = await startBrowser(box.netns("outside").prefix);
});

afterAll(async () => {
  await browser?.close();
});

/** Whether a TCP connection from a namespace is answered within three seconds. */
async function answers(from: "outside" | "admin", address: string, port: number): Promise<boolean> {
  const { exitCode } = await box.netns(from).run(["timeout", "3", "bash", "-c", `exec 3<>/dev/tcp/${address}/${port}`]);
  return exitCode === 0;
}

const PORTS: [string, "outside" | "admin", string, number, boolean][] = [
  ["HTTPS from outside", "outside", "10.88.0.10", 443, true],
  ["HTTPS from outside, IPv6", "outside", "fd88::10", 443, true],
  ["SSH from outside", "outside", "10.88.0.10", 22, false],
  ["SSH from outside, IPv6", "outside", "fd88::10", 22, false],
  ["the proxy's port from outside", "outside", "10.88.0.10", 8000, false],
  ["the proxy's port from outside, IPv6", "outside", "fd88::10", 8000, false],
  ["the proxy's API from outside", "outside", "10.88.0.10", 8001, false],
  ["the hub's API from outside", "outside", "10.88.0.10", 8081, false],
  ["the hub's API from outside, IPv6", "outside", "fd88::10", 8081, false],
  ["HTTPS from inside", "admin", "10.77.0.10", 443, true],
  ["SSH from inside", "admin", "10.77.0.10", 22, true],
  ["the proxy's port from inside", "admin", "10.77.0.10", 8000, false],
  ["the proxy's API from inside", "admin", "10.77.0.10", 8001, false],
  ["the hub's API from inside", "admin", "10.77.0.10", 8081, true],
];

test.each(PORTS)("%s", async (_what, from, address, port, expected) => {
  expect(await answers(from, address, port)).toBe(expected);
});

test("the certificate served is the configured one", async () => {
  const { stdout } = await box
    .netns("outside")
    .run([
      "sh",
      "-c",
      "openssl s_client -connect 10.88.0.10:443 -servername hub.localhost -verify_return_error -verify_hostname hub.localhost -CAfile .box/vub/ca.pem </dev/null 2>&1",
    ]);
  expect(stdout).toContain("Verify return code: 0 (ok)");
});

test("carol, a cluster user outside the group, is refused in words", async () => {
  const { status, text } = await answerTo(browser.browser, URL, "carol");
  expect(status).toBe(403);
  expect(text).toMatch(/carol|allowed|not authori[sz]ed|permitted/i);
});

test.each(["a;id", "root", "Alice"])("the user name %s is refused and starts no process", async (user) => {
  const asked = async () =>
    (
      await box
        .host("login1")
        .run(["sh", "-c", "journalctl -t jupyterhub-hpc-jupyterhub -q --no-pager | grep -c 'operation=submit' || true"])
    ).stdout.trim();
  const before = await asked();
  const { status } = await answerTo(browser.browser, URL, user);
  expect(status).toBe(403);
  expect(await asked()).toBe(before);
  const { stdout } = await box.host("slurm").run(["squeue", "--noheader", "--format=%u"]);
  expect(stdout.split("\n").filter((name) => name !== "" && name !== "alice" && name !== "bob")).toEqual([]);
});

/** The token in the environment of alice's server. */
async function aliceToken(): Promise<{ token: string; node: string }> {
  for (const node of ["node1", "node2"]) {
    const { stdout } = await box
      .host(node)
      .run([
        "sh",
        "-c",
        "for pid in $(pgrep -u alice -f jupyterhub); do tr '\\0' '\\n' </proc/$pid/environ; done 2>/dev/null | sed -n 's/^JUPYTERHUB_API_TOKEN=//p' | sort -u",
      ]);
    const token = stdout.trim().split("\n")[0];
    if (token) return { token, node };
  }
  throw new Error("no server of alice's runs: 01-notebook starts it");
}

test("a token from alice's job changes nothing on the hub", async () => {
  const { token, node } = await aliceToken();
  const call = async (method: string, path: string, body?: unknown) => {
    const { stdout } = await box
      .host(node)
      .run(
        [
          "curl",
          "-sk",
          "-o",
          "/dev/null",
          "-w",
          "%{http_code}",
          "-X",
          method,
          "-H",
          "@-",
          "-H",
          "Content-Type: application/json",
          ...(body === undefined ? [] : ["--data", JSON.stringify(body)]),
          `https://10.77.0.10:8081/hub/api${path}`,
        ],
        { user: "alice", input: `Authorization: token ${token}\n` },
      );
    return Number(stdout);
  };
  expect(await call("GET", "/user")).toBe(200);
  const forbidden: [string, string, unknown?][] = [
    ["GET", "/users"],
    ["POST", "/users", { usernames: ["mallory"] }],
    ["PATCH", "/users/alice", { admin: true }],
    ["POST", "/users/bob/server", {}],
    ["DELETE", "/users/bob/server"],
    ["POST", "/users/alice/tokens", {}],
    ["GET", "/proxy"],
    ["POST", "/shutdown", {}],
    ["POST", "/batchspawner", { port: 4242, batch_query_cmd: "touch /tmp/pwned" }],
    ["POST", "/batchspawner", { batch_query_cmd: "touch /tmp/pwned" }],
    ["POST", "/batchspawner", { port: 22 }],
    ["POST", "/batchspawner", { port: "8888; id" }],
    ["POST", "/batchspawner", { port: 70000 }],
  ];
  for (const [method, path, body] of forbidden) {
    const status = await call(method, path, body);
    expect([400, 401, 403, 404, 405, 409], `${method} ${path} ${JSON.stringify(body)}`).toContain(status);
  }
});

test("no other user of the cluster sees the token: not in ps, the job's description or its script", async () => {
  const { token, node } = await aliceToken();
  const looks = [
    [node, "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null; ps -eww -o args"],
    [
      "login1",
      "squeue --all --format='%i %j %k %o'; for job in $(squeue --noheader --format=%i); do scontrol show job $job; scontrol write batch_script $job - 2>&1; done; ps -eww -o args",
    ],
    [
      node,
      "cat /home/alice/.jupyterhub/logs/* /var/spool/slurmd/*/* /var/lib/slurm/slurmd/*/* 2>&1; find / -xdev -user alice -type f -readable 2>/dev/null | head -n 50 | xargs -r cat 2>/dev/null",
    ],
  ] as const;
  for (const [host, script] of looks) {
    const { stdout, stderr } = await box.host(host).run(["sh", "-c", script], { user: "bob" });
    expect(stdout + stderr).not.toContain(token);
  }
});

test("the client's secret and the certificate's key are in their files and nowhere else", async () => {
  const secrets = {
    "/etc/jupyterhub/secrets/oauth.json": "box-client-secret",
    "/etc/jupyterhub/tls/key.pem": (await readFile(".box/vub/hub.key", "utf8")).split("\n")[1] ?? "",
  };
  for (const [home, secret] of Object.entries(secrets)) {
    expect(secret.length).toBeGreaterThan(10);
    const search = `grep -rlIF --exclude-dir=overlay -e "$0" /etc /run /var/lib/jupyterhub /var/lib/jupyterhub-hpc /var/tmp /tmp 2>/dev/null; journalctl --no-pager -o cat | grep -F -e "$0"`;
    const { stdout } = await box.host("hub").run(["sh", "-c", search, secret]);
    expect(stdout.trim().split("\n")).toEqual([home]);
    const state = await execa("grep", ["-rlF", "-e", secret, ".box/vub/state"], { reject: false });
    expect(state.stdout).toBe("");
  }
});

test("the hub's files can be read by its account alone", async () => {
  const { stdout } = await box
    .host("hub")
    .run(["find", "/etc/jupyterhub", "/var/lib/jupyterhub/state", "-perm", "/o=rwx", "!", "-name", "*.pub"]);
  expect(stdout).toBe("");
});
