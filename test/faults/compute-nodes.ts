/** The compute node under a server is cut off, or rebooted: its user reads why the server ended, and starts another at once. */
import { afterEach, describe, expect, test } from "vitest";
import { startServer, stopServer } from "../browser/person";
import { broken } from "./causes";
import { jobsOf, putRight, type Stage } from "./stage";

export function computeNodeFaults(stage: () => Stage): void {
  afterEach(() => putRight(stage()));

  /** Alice closes JupyterLab: its requests to a node that is silent take up all connections that a browser has to one host, as long as its page is shown. */
  const closeLab = () => stage().page.goto("about:blank");
  /** Alice reads why her server ended, and starts again: the page of the new server is there. */
  const readAndStartAgain = async (job: string, node: string, words: RegExp) => {
    const { site, page } = stage();
    await closeLab();
    const ended = async () => {
      await page.goto(`${site.url}/hub/home`);
      return (await page.locator("#ending").count()) > 0;
    };
    await site.box.waitFor("the hub to tell of the end", ended, 150);
    const told = await page.locator("#ending-what").innerText();
    expect(told).toContain(job);
    expect(told).toContain(node);
    expect(told).toMatch(words);
    expect(await page.locator("#ending-next").innerText()).not.toBe("");
    await page.locator("#start-again").click();
    await page.waitForURL(new RegExp(`/user/${site.alice.name}/lab`), { timeout: 120_000 });
  };
  /** Alice ends the server that does not answer, and starts another. */
  const stopAndStartAgain = async () => {
    const { site, page } = stage();
    await closeLab();
    await stopServer(page, site.url);
    const form = async () => {
      await page.goto(`${site.url}/hub/spawn`);
      return (await page.locator("#spawn_form").count()) > 0;
    };
    await site.box.waitFor("the form, once the server has been stopped", form, 60);
    await startServer(page, site.alice.name);
  };
  const alices = async () => {
    const [job] = await jobsOf(stage().site, stage().site.alice.name);
    if (job === undefined) throw new Error("alice has no job");
    return job;
  };

  describe("the compute node under a server", () => {
    test("cut off: it is given up, or its user ends it; another one starts at once", async () => {
      const { site, undo } = stage();
      const { nodeLost, giveUpSoon, nodeIsReady } = site.scheduler;
      const { id, node } = await alices();
      await broken(stage(), giveUpSoon());
      undo.push(async () => {
        await site.box.host(node).plug();
        await site.box.waitFor(`${node} to be ready`, () => nodeIsReady(node), 90);
      });
      await site.box.host(node).unplug();
      if (nodeLost) await readAndStartAgain(id, node, nodeLost);
      else {
        await site.box.waitFor(`${node} to be sent no more jobs`, async () => !(await nodeIsReady(node)), 150);
        expect((await alices()).id).toBe(id);
        await stopAndStartAgain();
      }
      expect((await alices()).node).not.toBe(node);
    });

    test("rebooted: its user reads why the server ended, and starts another", async () => {
      const { site } = stage();
      const { id, node } = await alices();
      const host = site.box.host(node);
      stage().undo.push(() => host.start());
      await host.stop();
      await host.start();
      await readAndStartAgain(id, node, site.scheduler.nodeRebooted);
      await site.box.waitFor(`${node} to be ready`, () => site.scheduler.nodeIsReady(node), 90);
    });
  });
}
