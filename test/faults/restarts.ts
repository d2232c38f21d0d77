/** What runs the hub is killed, stopped and rebooted: nobody's server ends, the way to it is there again, and the kernel remembers. */
import { describe, expect, test } from "vitest";
import { Session } from "../abuse/session";
import { killAndWait } from "./causes";
import { remembered } from "./kernel";
import type { FaultSite } from "./site";
import { routeLeadsToAlice, type Stage } from "./stage";

type Units = FaultSite["units"];

const KILLED: [what: string, units: (units: Units) => (string | undefined)[]][] = [
  ["the hub", ({ hub }) => [hub]],
  ["the proxy", ({ proxy }) => [proxy]],
  ["hub and proxy", ({ hub, proxy }) => [hub, proxy]],
  ["the network of both", ({ network }) => [network]],
];

export function restartFaults(stage: () => Stage): void {
  const asBefore = async () => {
    const { site, job } = stage();
    await site.box.waitFor("the hub to answer", site.hubAnswers, 150);
    await site.box.waitFor("the way to alice's server, without her", () => routeLeadsToAlice(stage()), 60);
    expect(await site.live()).toEqual([job]);
  };

  describe("what runs the hub", () => {
    test.each(KILLED)("%s killed: the way and the server are there again", async (_what, units) => {
      const killed = units(stage().site.units).filter((unit) => unit !== undefined);
      if (killed.length > 0) await killAndWait(stage(), ...killed);
      await asBefore();
    });

    test("the hub stopped: people read so, programs too, servers go on, and the page goes on by itself", async () => {
      const { site, page, undo } = stage();
      const systemctl = (verb: string) => site.box.host(site.hosts.hub).run(["systemctl", verb, site.units.hub]);
      undo.push(() => systemctl("start"));
      await systemctl("stop");
      const away = await page.context().newPage();
      const shown = await away.goto(`${site.url}/hub/home`);
      expect(shown?.status()).toBe(503);
      expect(await away.locator("main").innerText()).toMatch(
        /does not answer[\s\S]*Servers that run go on[\s\S]*tell the people/,
      );
      const api = await new Session(site.authority).send(`${site.url}/hub/api/`);
      expect(api).toMatchObject({ status: 503, text: expect.stringMatching(/^JupyterHub does not answer/) });
      expect(await routeLeadsToAlice(stage())).toBe(true);
      await systemctl("start");
      await away.locator("#stop").waitFor({ timeout: 150_000 }); // the hub's own page: her server runs
      await away.close();
    });

    test("its host rebooted", async () => {
      const { site, undo } = stage();
      const host = site.box.host(site.hosts.hub);
      undo.push(() => host.start());
      await host.stop();
      await host.start();
      await asBefore();
    });

    test("after all of it alice's kernel has its variables, and nobody asked her to log in", async () => {
      expect(await remembered(stage().page)).toBe("still 42");
    });
  });
}
