/** The same cluster as a development site: named users only, a self-signed certificate made on the host; and back to production. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { startBrowser } from "../../browser/browser";
import { answerTo } from "../../browser/person";
import { deploy } from "../deploy";
import { writeVariant } from "../stack-file";

const URL = "https://hub.localhost:8443";
const directory = mkdtempSync(join(tmpdir(), "dev-"));
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;

beforeAll(async () => {
  box = await attach("vub");
  browser = await startBrowser(box.netns("outside").prefix);
});

afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true });
});

/** Who signed what is served: "issuer subject". */
async function served(): Promise<{ issuer: string; subject: string }> {
  const { stdout } = await box
    .netns("outside")
    .run([
      "sh",
      "-c",
      "openssl s_client -connect 10.88.0.10:443 </dev/null 2>/dev/null | openssl x509 -noout -issuer -subject",
    ]);
  const field = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(stdout)?.[1] ?? "";
  return { issuer: field("issuer"), subject: field("subject") };
}

test("on dev the certificate is made on the host, and only named users get in", async () => {
  const dev = writeVariant("box-vub", join(directory, "Pulumi.box-vub.yaml"), [
    [["stage"], "dev"],
    [["tls"], { selfSigned: true, trustFile: ".box/vub/ca.pem" }],
    [["authentication", "allowedGroups"], []],
    [["authentication", "allowedUsers"], ["alice"]],
  ]);
  await deploy(box, dev);
  const { issuer, subject } = await served();
  expect(issuer).toBe(subject);
  expect((await answerTo(browser.browser, URL, "alice")).status).toBeLessThan(400);
  expect((await answerTo(browser.browser, URL, "bob")).status).toBe(403);
});

test("what was replaced took nothing of the new with it: the proxy starts again", async () => {
  expect((await box.host("hub").run(["systemctl", "restart", "jupyterhub-proxy.service"])).exitCode).toBe(0);
  await box.waitFor("the certificate to be served again", async () => (await served()).subject !== "", 30);
});

test("back in production the authority's certificate is served, and the group gets in", async () => {
  await deploy(box);
  const { issuer, subject } = await served();
  expect(issuer).not.toBe(subject);
  expect((await answerTo(browser.browser, URL, "bob")).status).toBeLessThan(400);
});
