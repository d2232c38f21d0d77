/** The same site as a development one: named users only; and who is taken off the list is out, whatever the database and the browser still know. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type Box } from "../../../box/api";
import { newPerson, startBrowser } from "../../browser/browser";
import { logInByPassword, startServer } from "../../browser/person";
import { deploy } from "../deploy";
import { writeVariant } from "../stack-file";

const URL = "https://sharc.localhost:8445";
const directory = mkdtempSync(join(tmpdir(), "dev-"));
let box: Box;
let browser: Awaited<ReturnType<typeof startBrowser>>;
/** Bob's window, in which he stays logged in. */
let page: Page;
/** A token that he made for himself. */
let token = "";

beforeAll(async () => {
  box = await attach("sheffield");
  browser = await startBrowser(box.netns("outside").prefix);
  page = await (await newPerson(browser.browser)).newPage();
});

afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true });
});

const dev = (users: string[]) =>
  writeVariant("box-sheffield", join(directory, "Pulumi.box-sheffield.yaml"), [
    [["stage"], "dev"],
    [["tls"], { selfSigned: true }],
    [["authentication", "allowAll"], false],
    [["authentication", "allowedUsers"], users],
  ]);

async function jobsOf(user: string): Promise<string> {
  return (await box.host("hub").run(["qstat", "-u", user], { user })).stdout;
}

/** What the hub's API answers to a token: the status. */
async function api(as: string): Promise<string> {
  const ask = ["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-H", "@-", `${URL}/hub/api/user`];
  return (await box.netns("outside").run(ask, { input: `Authorization: token ${as}\n` })).stdout;
}

test("named users alone get in, by the host's own certificate", { timeout: 400_000 }, async () => {
  await deploy(box, dev(["alice", "bob"]));
  const refused = await (await newPerson(browser.browser)).newPage();
  await logInByPassword(refused, URL, "carol", "carol-box");
  expect(await refused.locator("body").innerText()).toContain("carol may not use this service");
  await refused.context().close();
  await logInByPassword(page, URL, "bob", "bob-box");
  await page.locator("#option-queue").waitFor();
  await startServer(page, "bob");
  expect(await jobsOf("bob")).toContain(" bob ");
  token = await page.evaluate(async (url) => {
    const xsrf = await (await fetch(`${url}/hub/home`)).text().then((text) => /xsrf_token: "([^"]+)"/.exec(text)?.[1]);
    const answer = await fetch(`${url}/hub/api/users/bob/tokens`, {
      method: "POST",
      headers: { "X-XSRFToken": xsrf ?? "" },
    });
    return ((await answer.json()) as { token: string }).token;
  }, URL);
  expect(await api(token)).toBe("200");
});

test("taken off the list, bob is out: his session, his token and his server", { timeout: 400_000 }, async () => {
  await deploy(box, dev(["alice"]));
  expect(await api(token)).toBe("403");
  await page.goto(`${URL}/hub/home`);
  expect(page.url()).toContain("/hub/login");
  await box.waitFor("bob's job to end", async () => (await jobsOf("bob")) === "", 60);
  await logInByPassword(page, URL, "bob", "bob-box");
  expect(await page.locator("body").innerText()).toContain("bob may not use this service");
});

test("back in production everybody who can authenticate gets in again", { timeout: 400_000 }, async () => {
  await deploy(box);
  await logInByPassword(page, URL, "bob", "bob-box");
  expect(page.url()).not.toContain("/hub/login");
});
