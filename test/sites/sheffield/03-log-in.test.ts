/** The hub directly on its host: log-ins with the system's accounts, what its account may do, and what the host's other users reach. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { logInByPassword } from "../../browser/person";

const URL = "https://sharc.localhost:8445";
const PROGRAM = "/usr/local/lib/jupyterhub-hpc-jupyter/cluster";
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;

beforeAll(async () => {
  box = await attach("sheffield");
  browser = await startBrowser(box.netns("outside").prefix);
});

afterAll(async () => {
  await browser?.close();
  // The failures of these tests are nobody's.
  await box.host("hub").run(["sh", "-c", "rm -f /run/jupyterhub-login/failures/*"]);
});

async function answerTo(user: string, password: string): Promise<{ name: string; text: string }> {
  const page = await (await newPerson(browser.browser)).newPage();
  await logInByPassword(page, URL, user, password);
  const text = await page.locator("body").innerText();
  await page.goto(`${URL}/hub/home`);
  const name = page.url().includes("/hub/login") ? "" : await page.locator(".navbar").innerText();
  await page.context().close();
  return { name, text };
}

test("a system account gets in with its password, whatever the hub's own account may read", async () => {
  expect((await answerTo("alice", "alice-box")).name).toContain("alice");
  // What the account could do by itself: PAM checks nobody else's password for it.
  const shadow = await box.host("hub").run(["cat", "/etc/shadow"], { user: "jupyter" });
  expect(shadow.exitCode).not.toBe(0);
  expect((await box.host("hub").run(["id", "-nG", "jupyter"])).stdout.trim()).toBe("jupyter");
});

test.each([
  ["alice", "bob-box"],
  ["root", "root"],
  ["jupyter", ""],
  ["Alice", "alice-box"],
  ["nobody-else", "x"],
])("%s with %s does not", async (user, password) => {
  const { name, text } = await answerTo(user, password || "x");
  expect(name).toBe("");
  expect(text).toMatch(/Invalid username or password/);
});

test("after ten failures even the right password is refused for a while, and the page says so", async () => {
  const ask = (password: string) => {
    const question = JSON.stringify({ user: "bob", password });
    const client =
      "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect('/run/jupyterhub-login/socket'); s.sendall(sys.stdin.buffer.read()); s.shutdown(1); print(s.recv(4096).decode())";
    return box.host("hub").run(["python3", "-c", client], { user: "jupyter", input: question });
  };
  const answers = await Promise.all(Array.from({ length: 11 }, () => ask("wrong")));
  expect(answers.filter(({ stdout }) => stdout.includes('"wrong"'))).toHaveLength(10);
  const { name, text } = await answerTo("bob", "bob-box");
  expect(name).toBe("");
  expect(text).toMatch(/Too many log-ins of this account failed. Try again in \d+ min/);
  expect((await answerTo("alice", "alice-box")).name).toContain("alice");
});

test("another account of the host cannot ask whether a password is right", async () => {
  const connect = "import socket; socket.socket(socket.AF_UNIX).connect('/run/jupyterhub-login/socket')";
  const { stderr } = await box.host("hub").run(["python3", "-c", connect], { user: "alice" });
  expect(stderr).toContain("Permission denied");
});

test("the hub's account may have sudo start the program with three words as members of the group, and nothing else", async () => {
  const { stdout } = await box.host("hub").run(["sudo", "-l", "-U", "jupyter"]);
  const rules = stdout.split("following commands on hub:")[1]?.replace(/\s+/g, " ").trim();
  const commands = ["submit", "cancel", "log"].map((word) => `${PROGRAM} ${word}`).join(", ");
  expect(rules).toBe(`(%hpcusers, !root, !jupyter) NOPASSWD: ${commands}`);
  expect((await box.host("hub").run(["sudo", "-l", "-U", "jupyter-proxy"])).stdout).toContain(
    "not allowed to run sudo",
  );
});

test.each([
  ["8001", "the proxy's commands"],
  ["8082", "the hub past its proxy"],
])("the host's users do not reach port %s, %s", async (port) => {
  const get = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", `http://127.0.0.1:${port}/`];
  expect((await box.host("hub").run(get, { user: "alice" })).stdout).toBe("000");
  expect((await box.host("hub").run(get, { user: "jupyter" })).stdout).not.toBe("000");
});

test("the proxy's account reads nothing of the hub's, and the hub's nothing of the certificate's key", async () => {
  const readable = (user: string, path: string) => box.host("hub").run(["test", "-r", path], { user });
  for (const path of [
    "/srv/jupyterhub/state/jupyterhub.sqlite",
    "/etc/jupyterhub/secrets",
    "/etc/jupyterhub/jupyterhub_config.py",
  ])
    expect((await readable("jupyter-proxy", path)).exitCode, path).toBe(1);
  expect((await readable("jupyter", "/etc/jupyterhub/ssl/key.pem")).exitCode).toBe(1);
  expect((await readable("jupyter-proxy", "/etc/jupyterhub/ssl/key.pem")).exitCode).toBe(0);
});

test("systemd calls the proxy and the password check well confined", async () => {
  for (const [unit, most] of [
    ["jupyterhub-proxy", 2],
    ["jupyterhub-login", 3],
  ] as const) {
    const { stdout } = await box.host("hub").run(["systemd-analyze", "security", "--no-pager", `${unit}.service`]);
    expect(Number(/exposure level for \S+: ([0-9.]+)/.exec(stdout)?.[1]), unit).toBeLessThanOrEqual(most);
  }
});

test("a second preview has nothing to do", async () => {
  const { stdout, exitCode } = await box.pulumi(["preview", "--expect-no-changes", "--non-interactive"], {
    timeoutSeconds: 280,
  });
  expect(exitCode, stdout.slice(-2000)).toBe(0);
});
