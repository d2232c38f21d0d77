/** The hub is killed, or cannot be reached, while a server is on its way: its job is found again or cancelled, and never left to nobody. */
import { describe, expect, test } from "vitest";
import { callApi } from "../abuse/hub-client";
import { serverState, stopServer } from "../abuse/options";
import { broken, configureHub, hubLogSince, killAndWait, now } from "./causes";
import { bobAsks, jobsOf, type Stage } from "./stage";

export function startFaults(stage: () => Stage): void {
  const bobsJobs = () => jobsOf(stage().site, stage().site.mallory.name);
  const bobsState = () => serverState(stage().site, stage().bob, stage().site.mallory.name);

  /** Jobs cannot tell the hub anything; undone by what is returned, or with the rest. */
  const silenceJobs = async () => {
    const { site, undo } = stage();
    const { hostname, port } = new URL(site.apiUrl);
    const rule = ["to", hostname, "ipproto", "tcp", "dport", port, "unreachable", "priority", "10"];
    const onAll = (verb: string) =>
      Promise.all(site.hosts.compute.map((node) => site.box.host(node).run(["ip", "rule", verb, ...rule])));
    undo.push(() => onAll("del"));
    for (const { stderr } of await onAll("add")) expect(stderr).toBe("");
    return () => onAll("del");
  };

  describe("the hub killed while a server is on its way", () => {
    test("while its job waits, and again while it runs and has not told its port: it comes up, and there is one job", async () => {
      const { site, bob, undo } = stage();
      const user = site.mallory.name;
      undo.push(() => site.scheduler.release());
      await site.scheduler.hold();
      const asked = bobAsks(stage()).catch(() => undefined); // the hub that would answer is killed
      await site.box.waitFor("bob's job to be in the queue", async () => (await bobsJobs()).length > 0, 60);
      const [job] = await bobsJobs();
      expect(job?.runs).toBe(false);
      await killAndWait(stage(), site.units.hub);
      await asked;
      expect((await bobsJobs()).map(({ id }) => id)).toEqual([job?.id]);
      await site.box.waitFor("the hub to show the start", async () => (await bobsState()) === "pending", 30);

      const speak = await silenceJobs();
      await site.scheduler.release();
      const log = `$(getent passwd "$0" | cut -d: -f6)/.jupyterhub/logs/server-${job?.id}.log`;
      const unheard = ["sh", "-c", `grep -q 'does not answer' "${log}"`, user];
      const login = site.box.host(site.hosts.submit);
      await site.box.waitFor("the job not to reach the hub", async () => (await login.run(unheard)).exitCode === 0, 90);
      expect(await bobsState()).toBe("pending");
      await killAndWait(stage(), site.units.hub);
      await speak();
      await site.box.waitFor("bob's server", async () => (await bobsState()) === "ready", 90);
      expect((await bobsJobs()).map(({ id }) => id)).toEqual([job?.id]);
      expect((await bob.visit(`${site.url}/user/${user}/lab`)).status).toBe(200);
    });

    test("a job whose stop did not get through is cancelled later, by another hub even, and no other is", async () => {
      const { site, bob, job } = stage();
      const [bobs] = await bobsJobs();
      expect(bobs, "the server of the test before").toBeDefined();
      const since = await now(stage());
      const heal = await broken(stage(), site.submission.cut());
      const { status, text } = await callApi(site, bob, `/users/${site.mallory.name}/server`, { method: "DELETE" });
      expect(status, text).toBeLessThan(300);
      await site.box.waitFor("the hub to know of no server", async () => (await bobsState()) === "none", 60);
      expect(await hubLogSince(stage(), since)).toContain(
        `Job ${bobs?.id} of ${site.mallory.name} will be cancelled when`,
      );
      expect(await bobsJobs()).toEqual([bobs]);
      await configureHub(stage(), "c.HubApp.orphan_interval = 2", "c.HubApp.orphan_grace = 4");
      await killAndWait(stage(), site.units.hub);
      expect(await bobsJobs()).toEqual([bobs]);
      await heal();
      await site.box.waitFor("bob's job to be cancelled", async () => (await bobsJobs()).length === 0, 60);
      expect(await hubLogSince(stage(), since)).toContain(
        `Job ${bobs?.id} of ${site.mallory.name} belongs to no server`,
      );
      expect(await site.live()).toEqual([job]);
      await stopServer(site, bob, site.mallory.name);
    });
  });
}
