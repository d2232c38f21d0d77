/** nginx in front of the hub's proxy: TLS is passed through, the client's address with it; and back to the proxy alone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { startBrowser } from "../../browser/browser";
import { answerTo } from "../../browser/person";
import { deploy, pulumiUp } from "../deploy";
import { writeVariant } from "../stack-file";

const URL = "https://hub.localhost:8443";
const REDIRECT = "/etc/nginx/conf.d/jupyterhub.conf";
const directory = mkdtempSync(join(tmpdir(), "nginx-"));
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let withNginx: string;

beforeAll(async () => {
  box = await attach("vub");
  browser = await startBrowser(box.netns("outside").prefix);
  withNginx = writeVariant("box-vub", join(directory, "Pulumi.box-vub.yaml"), [[["web"], { nginx: {} }]]);
});

afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true });
});

/** A request from outside, with curl; `argv` ends with the address. */
const curl = async (...argv: string[]) =>
  (await box.netns("outside").run(["curl", "-sS", "--cacert", ".box/vub/ca.pem", "--max-time", "20", ...argv])).stdout;

/** Says something to a port of the hub host, as an account there; what came back. */
const say = (account: string, text: string) =>
  box
    .host("hub")
    .run(["bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/8443 && printf '${text}' >&3 && timeout 20 cat <&3 | head -c 99`], {
      user: account,
    });

/** The hub's own line about a request for a page that there is not. */
async function logged(word: string): Promise<string> {
  const line = async () =>
    (await box.host("hub").run(["journalctl", "-u", "jupyterhub-hub", "-q", "--no-pager", "-n", "200"])).stdout
      .split("\n")
      .find((one) => one.includes(word)) ?? "";
  await box.waitFor(`the hub's line about ${word}`, async () => (await line()) !== "", 60);
  return line();
}

test("with nginx in front people get in, and TLS is still the proxy's", async () => {
  await deploy(box, withNginx);
  expect((await box.host("hub").run(["ss", "-Hltnp", "sport = :443"])).stdout).toMatch(/nginx/);
  expect((await answerTo(browser.browser, URL, "alice")).status).toBeLessThan(400);
});

test("a second preview finds nothing to do", async () => {
  const { stdout } = await box.pulumi([
    "preview",
    "--non-interactive",
    "--expect-no-changes",
    "--config-file",
    withNginx,
  ]);
  expect(stdout).toContain("unchanged");
  expect(stdout).not.toMatch(/to (create|update|replace|delete)/);
});

test.each([
  ["IPv4", ["--resolve", "hub.localhost:8443:127.0.0.1"], "10.88.0.50"],
  ["IPv4, directly", ["--resolve", "hub.localhost:443:10.88.0.10"], "10.88.0.50"],
  ["IPv6, directly", ["--resolve", "hub.localhost:443:[fd88::10]"], "fd88::50"],
])("the client's address reaches the hub's log, whatever he says it is: %s", async (kind, resolve, address) => {
  const word = `whose-${kind.replaceAll(/\W/g, "")}`;
  const port = resolve[1]?.split(":")[1];
  await curl(...resolve, "-H", "X-Forwarded-For: 203.0.113.66", `https://hub.localhost:${port}/hub/${word}`);
  expect(await logged(word)).toContain(`@${address}`);
});

test("port 80 leads to the address people use, other sites stay as they were", async () => {
  const at80 = (name: string) =>
    curl(
      "--resolve",
      `${name}:80:10.88.0.10`,
      "-o",
      "/dev/null",
      "-w",
      "%{http_code} %{redirect_url}",
      `http://${name}/a?b`,
    );
  expect(await at80("hub.localhost")).toBe(`301 ${URL}/a?b`);
  expect(await at80("other.localhost")).toBe("404 ");
});

test("nobody but the web server reaches the proxy, and without its header nobody is answered", async () => {
  const header = "PROXY TCP4 203.0.113.66 10.0.0.1 1 443\\r\\n";
  expect((await say("admin", header)).stderr).toMatch(/refused/i);
  const root = await say("root", "GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n");
  expect(root.exitCode).toBe(0);
  expect(root.stdout).toBe("");
  const forged = [
    "bash",
    "-c",
    `exec 3<>/dev/tcp/10.88.0.10/443 && printf '${header}' >&3 && timeout 20 cat <&3 | wc -c`,
  ];
  // At most the seven bytes of a TLS alert.
  expect(Number((await box.netns("outside").run(forged)).stdout)).toBeLessThan(8);
});

test("what nginx refuses is not loaded, and it says why", async () => {
  const hub = box.host("hub");
  await hub.write("/etc/nginx/conf.d/zz-broken.conf", "server { listen 81; no_such_directive on; }\n");
  await hub.write(REDIRECT, "# a hand was here\n");
  const refused = await pulumiUp(box, withNginx);
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stdout + refused.stderr).toContain('unknown directive "no_such_directive"');
  expect(await hub.read(REDIRECT)).toBe("# a hand was here\n");
  expect(await curl(`${URL}/hub/login`)).toContain("Log in with");
  await hub.run(["rm", "/etc/nginx/conf.d/zz-broken.conf"]);
  await deploy(box, withNginx);
  expect(await hub.read(REDIRECT)).toContain("Generated by jupyterhub-hpc from stack box-vub");
});

test("without nginx again the proxy answers people itself, and nothing of it is left", async () => {
  await deploy(box);
  const hub = box.host("hub");
  expect((await hub.run(["ss", "-Hltn", "sport = :80"])).stdout).toBe("");
  expect((await hub.run(["find", "/etc/nginx"])).stdout).toBe("");
});
