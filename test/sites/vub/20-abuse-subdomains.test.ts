/** One user's page in another's browser, on one domain and with userSubdomains, which one key of the stack switches on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopServer } from "../../abuse/options";
import { startServerOf } from "../../abuse/servers";
import { Session } from "../../abuse/session";
import type { AbuseSite } from "../../abuse/site";
import { followLink, placePage } from "../../abuse/subdomains";
import { newPerson, startBrowser } from "../../browser/browser";
import { chooseResources, logIn, startServer } from "../../browser/person";
import { deploy } from "../deploy";
import { writeVariant } from "../stack-file";
import { vubUnderAttack } from "./abuse-site";

const directory = mkdtempSync(join(tmpdir(), "subdomains-"));
let site: AbuseSite;
let browser: Awaited<ReturnType<typeof startBrowser>>;
let clean: () => Promise<void> = async () => undefined;
let changed = false;

beforeAll(async () => {
  site = await vubUnderAttack();
  browser = await startBrowser(site.box.netns("outside").prefix);
  clean = await placePage(site);
});

afterAll(async () => {
  await Promise.all([site.cancelAll(site.alice.name), site.cancelAll(site.mallory.name)]);
  await clean();
  if (changed) await deploy(site.box);
  await browser?.close();
  rmSync(directory, { recursive: true });
});

/** Both servers run, and the victim is logged in to hers in a browser. */
async function stage(): Promise<{ page: Page; done: () => Promise<void> }> {
  const session = new Session(site.authority);
  await Promise.all([site.cancelAll(site.alice.name), site.cancelAll(site.mallory.name)]);
  expect((await site.logIn(session, site.mallory)).status).toBe(200);
  await stopServer(site, session, site.mallory.name);
  const attackers = startServerOf(site, session, site.mallory);
  const context = await newPerson(browser.browser);
  const page = await context.newPage();
  await logIn(page, site.url, site.alice.name, site.alice.password);
  await page.goto(`${site.url}/hub/spawn`);
  await chooseResources(page, { partition: "short", cores: 1, runtime: "0:10:00" });
  await Promise.all([startServer(page, site.alice.name), attackers]);
  return {
    page,
    done: async () => {
      await context.close();
      await stopServer(site, session, site.mallory.name);
      await site.cancelAll(site.alice.name);
    },
  };
}

/** The names in a home that the attack would leave. */
async function written(): Promise<string[]> {
  const { stdout } = await site.box.host("login1").run(["ls", "/home/alice"]);
  return stdout.split("\n").filter((name) => name === "abuse-written.txt");
}

test("on one domain another user's page reads what its visitor may read: for semi-trusted users only", async () => {
  const { page, done } = await stage();
  const found = await followLink(
    page,
    `${site.url}/user/${site.mallory.name}/`,
    `${site.url}/user/${site.alice.name}/`,
  );
  expect(found.reads).toBe("read");
  await done();
});

test("with a host for each user it reads and writes nothing", async () => {
  changed = true;
  const variant = writeVariant("box-vub", join(directory, "Pulumi.box-vub.yaml"), [[["userSubdomains"], true]]);
  await deploy(site.box, variant);
  const { page, done } = await stage();
  expect(new URL(page.url()).hostname).toBe("alice.hub.localhost");
  const at = (user: string) => `https://${user}.${new URL(site.url).host}/user/${user}/`;
  const found = await followLink(page, at(site.mallory.name), at(site.alice.name));
  expect(found.reads).toBe("denied: SecurityError");
  expect(found.fetches).toMatch(/^denied: TypeError|^refused$/);
  expect(await written()).toEqual([]);
  // Hers is as she left it, and nothing was started in it.
  const terminals = await page
    .context()
    .request.get(`${at(site.alice.name)}api/terminals`)
    .catch(() => undefined);
  if (terminals?.ok()) expect(await terminals.json()).toEqual([]);
  await page.goto(`${at(site.alice.name)}api/contents/abuse-canary.txt`);
  expect(await page.locator("body").textContent()).toContain("canary-of-the-victim");
  await done();
});
