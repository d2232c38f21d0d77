/** One user's page in another's browser: what it gets done on one domain, and with a host for each user, which one key of the stack switches on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newPerson, startBrowser } from "../browser/browser";
import { startServer } from "../browser/person";
import type { FaultSite } from "../faults/site";
import { deploy } from "../sites/deploy";
import { writeVariant } from "../sites/stack-file";
import { followLink, placePage } from "./hostile-page";
import { stopServer } from "./options";
import { startServerOf } from "./servers";
import { Session } from "./session";
import type { Person } from "./site";

/** The cases. `take` takes hold of the site, which is as its stack's file says again afterwards. */
export function subdomainAbuse(take: () => Promise<FaultSite>): void {
  const directory = mkdtempSync(join(tmpdir(), "subdomains-"));
  let site: FaultSite;
  let browser: Awaited<ReturnType<typeof startBrowser>>;
  let clean: () => Promise<void> = async () => undefined;
  let changed = false;

  beforeAll(async () => {
    site = await take();
    browser = await startBrowser(site.box.netns(site.box.site.client ?? "").prefix);
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
    const stop = async (person: Person) => {
      const session = new Session(site.authority);
      expect((await site.logIn(session, person)).status).toBe(200);
      await stopServer(site, session, person.name);
      return session;
    };
    const [session] = await Promise.all([stop(site.mallory), stop(site.alice)]);
    const attackers = startServerOf(site, session, site.mallory);
    const context = await newPerson(browser.browser);
    const page = await context.newPage();
    await site.fillForm(page, site.alice);
    await Promise.all([startServer(page, site.alice.name), attackers]);
    return {
      page,
      done: async () => {
        await context.close();
        await Promise.all([stop(site.mallory), stop(site.alice)]);
      },
    };
  }

  /** The names in the victim's home that the attack would leave. */
  async function written(): Promise<string[]> {
    const list = ["sh", "-c", 'ls "$HOME"'];
    const { stdout } = await site.box.host(site.hosts.submit).run(list, { user: site.alice.name });
    return stdout.split("\n").filter((name) => name === "abuse-written.txt");
  }

  describe("another user's page", () => {
    test("on one domain reads what its visitor may read: for semi-trusted users only", async () => {
      const { page, done } = await stage();
      const of = (user: string) => `${site.url}/user/${user}/`;
      const found = await followLink(page, of(site.mallory.name), of(site.alice.name));
      expect(found.reads).toBe("read");
      await done();
    });

    test("with a host for each user reads and writes nothing", async () => {
      changed = true;
      const stack = `box-${site.box.site.name}`;
      const variant = writeVariant(stack, join(directory, `Pulumi.${stack}.yaml`), [[["userSubdomains"], true]]);
      await deploy(site.box, variant);
      const { page, done } = await stage();
      const { host, hostname } = new URL(site.url);
      expect(new URL(page.url()).hostname).toBe(`${site.alice.name}.${hostname}`);
      const at = (user: string) => `https://${user}.${host}/user/${user}/`;
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
  });
}
