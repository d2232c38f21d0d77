/** The compute node under a server is cut off, or rebooted: its user reads why the server ended, and starts another at once. */
import { afterEach, describe, expect, test } from "vitest";
import { jobsOf, putRight, type Stage } from "./stage";

export function computeNodeFaults(stage: () => Stage): void {
  afterEach(() => putRight(stage()));

  /** Alice reads why her server ended, and starts again: the page of the new server is there. */
  const readAndStartAgain = async (job: string, node: string) => {
    const { site, page } = stage();
    const ended = async () => {
      await page.goto(`${site.url}/hub/home`);
      return (await page.locator("#ending").count()) > 0;
    };
    await site.box.waitFor("the hub to tell of the end", ended, 150);
    const told = await page.locator("#ending-what").innerText();
    expect(told).toContain(job);
    expect(told).toContain(node);
    expect(told).toMatch(site.scheduler.nodeLost);
    expect(await page.locator("#ending-next").innerText()).not.toBe("");
    await page.locator("#start-again").click();
    await page.waitForURL(new RegExp(`/user/${site.alice.name}/lab`), { timeout: 120_000 });
  };
  const alices = async () => {
    const [job] = await jobsOf(stage().site, stage().site.alice.name);
    if (job === undefined) throw new Error("alice has no job");
    return job;
  };

  describe("the compute node under a server", () => {
    test("cut off", async () => {
      const { site, undo } = stage();
      const { id, node } = await alices();
      undo.push(await site.scheduler.giveUpSoon());
      undo.push(async () => {
        await site.box.host(node).plug();
        await site.box.waitFor(`${node} to be ready`, () => site.scheduler.nodeIsReady(node), 90);
      });
      await site.box.host(node).unplug();
      await readAndStartAgain(id, node);
      expect((await alices()).node).not.toBe(node);
    });

    test("rebooted", async () => {
      const { site } = stage();
      const { id, node } = await alices();
      const host = site.box.host(node);
      stage().undo.push(() => host.start());
      await host.stop();
      await host.start();
      await readAndStartAgain(id, node);
      await site.box.waitFor(`${node} to be ready`, () => site.scheduler.nodeIsReady(node), 90);
    });
  });
}
