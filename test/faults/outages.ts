/** What the hub depends on is away, and the hub is killed meanwhile: nobody's server ends, and who wants one is told at once what is down. */
import { afterEach, describe, expect, test } from "vitest";
import { stopServer } from "../abuse/options";
import { findServer } from "../abuse/servers";
import { broken, configureHub, cutFromHub, hubLogSince, killAndWait, now, silence } from "./causes";
import { remembered } from "./kernel";
import { bobAsks, bobReads, jobsOf, putRight, routeLeadsToAlice, type Stage } from "./stage";

/**
 * Seconds that an outage lasts. By itself JupyterHub ends what does not answer within `http_timeout` (120 s) of its own start; the
 * tests shorten that, so that this is longer. `OUTAGE_SECONDS=300` is the outage that people fear, with everything as it is deployed.
 */
const SECONDS = Number(process.env.OUTAGE_SECONDS ?? 25);
const DEPLOYED = process.env.OUTAGE_SECONDS !== undefined;
/** Seconds within which somebody has to read what is down, on a machine that has other things to do. */
const AT_ONCE = 20;

export function loginNodeFaults(stage: () => Stage): void {
  afterEach(() => putRight(stage()));

  describe("one login node", () => {
    test.each([
      ["cut off and stopped", (login: string) => silence(stage().site, [login])],
      ["that cannot do what it is asked", (login: string) => stage().site.submission.breakProgram(login)],
    ])("%s: a server starts through the other, within seconds, and the log names it", async (_what, cause) => {
      const { site, bob, job } = stage();
      const [login = ""] = site.hosts.login;
      const since = await now(stage());
      await broken(stage(), cause(login));
      const asked = bobAsks(stage());
      const submitted = async () => (await jobsOf(site, site.mallory.name)).length > 0;
      await site.box.waitFor("bob's job", submitted, AT_ONCE);
      const { status, text } = await asked;
      expect(status, text).toBeLessThan(300);
      expect(await hubLogSince(stage(), since)).toMatch(new RegExp(`login node ${login}`));
      await stopServer(site, bob, site.mallory.name);
      expect(await site.live()).toEqual([job]);
    });
  });
}

export function outageFaults(stage: () => Stage): void {
  afterEach(() => putRight(stage()));

  const says = async (words: RegExp[]) => {
    const page = await bobReads(stage());
    for (const word of words) expect(page.text).toMatch(word);
    expect(page.seconds).toBeLessThan(AT_ONCE);
    const answer = await bobAsks(stage());
    expect(answer.status).toBe(503);
    for (const word of words) expect(answer.text).toMatch(word);
    expect(answer.seconds).toBeLessThan(AT_ONCE);
  };
  /** Alice's server as root sees it, whoever can be asked. */
  const lives = async () => (await findServer(stage().site, stage().site.alice.name)).node === stage().job.node;

  describe("what the hub depends on", () => {
    test("all of it away, then the scheduler alone, the hub killed in both: nobody's server ends", async () => {
      const { site, job, undo } = stage();
      const began = Date.now();
      const since = await now(stage());
      undo.push(() => site.scheduler.start());
      const heal = await broken(stage(), cutFromHub(site, site.hosts.compute));
      const [healSubmission] = await Promise.all([broken(stage(), site.submission.fail()), site.scheduler.stop()]);
      const stopped = Date.now();
      expect(await routeLeadsToAlice(stage())).toBe(false);
      const unconfigure = DEPLOYED ? async () => undefined : await configureHub(stage(), "c.Spawner.http_timeout = 5");
      await killAndWait(stage(), site.units.hub);
      await says(site.submission.away);
      const left = async () => (await hubLogSince(stage(), since)).includes("so it is left alone");
      await site.box.waitFor("the hub to have looked after alice's server", left, 60);
      await site.box.waitFor("the time to be over", async () => Date.now() > began + SECONDS * 1000, SECONDS + 60);
      expect(await lives()).toBe(true);

      await healSubmission();
      await unconfigure();
      await killAndWait(stage(), site.units.hub);
      await site.box.waitFor(
        "the hub to reach a host that submits",
        async () => site.scheduler.away.test((await bobReads(stage())).text),
        60,
      );
      await says([site.scheduler.away]);
      await heal();
      await site.box.waitFor("the way to alice's server", () => routeLeadsToAlice(stage()), 60);
      const again = Date.now();
      if (DEPLOYED)
        await site.box.waitFor("the time to be over", async () => Date.now() > again + SECONDS * 1000, SECONDS + 60);
      const time = (site.scheduler.awaySeconds ?? 0) * 1000;
      await site.box.waitFor("the time to be over", async () => Date.now() > stopped + time, time / 1000 + 60);
      expect(await lives()).toBe(true);

      await site.scheduler.start();
      await site.box.waitFor("the form", async () => (await bobReads(stage())).text.includes("spawn_form"), 60);
      expect(await site.live()).toEqual([job]);
      expect(await routeLeadsToAlice(stage())).toBe(true);
    });

    test("after it alice's kernel has its variables", async () => {
      expect(await remembered(stage().page)).toBe("still 42");
    });
  });
}
