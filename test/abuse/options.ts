/** Options that nobody offered, by every way to ask for a server: there is no job, or one with exactly what is offered. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askForServer, callApi, type Way } from "./hub-client";
import { newJobs } from "./new-jobs";
import { Session } from "./session";
import type { AbuseSite, JobFact, Person } from "./site";

/** One request. */
export interface OptionCase {
  what: string;
  way: Way;
  /** In addition to the site's least; `undefined` takes one away. Anything but an object is the whole body. */
  options: unknown;
  /** Whose server; default the attacker's own. */
  of?: "alice";
  /** Sent without the rest of what the site's least holds. */
  alone?: boolean;
}

/** What no scheduler and no site is to take, whatever its options are called. */
export const EVERYWHERE: OptionCase[] = [
  { what: "an unknown key", way: "api", options: { uid: 0 } },
  { what: "an unknown key", way: "form", options: { uid: "0" } },
  { what: "an unknown key", way: "query", options: { uid: "0" } },
  { what: "an attribute of the spawner", way: "api", options: { batch_script: "#!/bin/sh\nid" } },
  { what: "an attribute of the spawner", way: "query", options: { cmd: "/bin/sh" } },
  { what: "an attribute of Python objects", way: "api", options: { __class__: "x" } },
  { what: "another environment than is offered", way: "api", options: { environment_id: "mine" } },
  { what: "a path to an environment of one's own", way: "api", options: { environment_id: "../../home/bob/env" } },
  { what: "another start directory", way: "api", options: { root_dir: "/root" } },
  { what: "a page to start with that is elsewhere", way: "api", options: { default_url: "//evil.example/lab" } },
  { what: "a list for the body", way: "api", options: ["partition"], alone: true },
  { what: "a number for the body", way: "api", options: 7, alone: true },
  { what: "an object nested a thousand deep", way: "api", options: { user_options: nested(1000) }, alone: true },
  { what: "a value of a megabyte", way: "api", options: { default_url: "a".repeat(1_000_000) } },
  {
    what: "a thousand keys",
    way: "api",
    options: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, 1])),
  },
  { what: "another user's server", way: "api", options: {}, of: "alice" },
  { what: "another user's server", way: "form", options: {}, of: "alice" },
  { what: "another user's server", way: "query", options: {}, of: "alice" },
];

function nested(depth: number): unknown {
  return depth === 0 ? {} : { a: nested(depth - 1) };
}

/** A request that is fit, and what it must come to; it shows that a refusal is not just a broken client. */
export interface FitCase {
  what: string;
  way: Way;
  options: Record<string, unknown>;
  job: Partial<JobFact>;
}

/** The cases: `refused` are the scheduler's own beside those above. */
export function optionAbuse(site: () => AbuseSite, refused: OptionCase[], fit: FitCase[]): void {
  let session: Session;
  let attacker: Person;

  beforeAll(async () => {
    attacker = site().mallory;
    await site().cancelAll(attacker.name);
    session = new Session(site().authority);
    expect((await site().logIn(session, attacker)).status).toBe(200);
  });
  afterAll(() => stopServer(site(), session, attacker.name));

  describe("options that are not offered: no job", () => {
    test.each([...EVERYWHERE, ...refused].map((one) => [`${one.what} (${one.way})`, one] as const))(
      "%s",
      async (_what, one) => {
        const before = await site().jobs();
        const plain = one.options !== null && typeof one.options === "object" && !Array.isArray(one.options);
        const options = one.alone || !plain ? one.options : { ...site().small.options, ...(one.options as object) };
        const user = one.of === "alice" ? site().alice.name : attacker.name;
        const answer = await askForServer(site(), session, user, one.way, options);
        // The form comes again with its message, by JupyterHub's custom with 200; anything else is an error's own status.
        if (one.way === "api" || one.of) expect(answer.status, answer.text.slice(0, 500)).toBeGreaterThanOrEqual(400);
        else expect(answer.status, answer.headers.location).not.toBe(302);
        expect(await newJobs(site(), before)).toEqual([]);
        expect(await serverState(site(), session, attacker.name)).toBe("none");
      },
    );
  });

  describe("options that are offered: a job with exactly these", () => {
    test.each(fit.map((one) => [`${one.what} (${one.way})`, one] as const))("%s", async (_what, one) => {
      const before = await site().jobs();
      const answer = await askForServer(site(), session, attacker.name, one.way, {
        ...site().small.options,
        ...one.options,
      });
      expect(answer.status, answer.text.slice(0, 500)).toBeLessThan(400);
      await site().box.waitFor("the job", async () => (await newJobs(site(), before)).length > 0, 30);
      const jobs = await newJobs(site(), before);
      expect(jobs).toHaveLength(1);
      expect(jobs[0]).toMatchObject({ user: attacker.name, ...site().small.job, ...one.job });
      await stopServer(site(), session, attacker.name);
    });
  });
}

/** "none", "pending" or "ready", as the hub says. */
export async function serverState(site: AbuseSite, session: Session, user: string): Promise<string> {
  const answer = await callApi(site, session, `/users/${user}?include_stopped_servers`);
  const model = JSON.parse(answer.text) as { servers?: Record<string, { ready: boolean; pending: string | null }> };
  const server = model.servers?.[""];
  if (server?.pending) return "pending";
  return server?.ready ? "ready" : "none";
}

/** Stops a user's server, whatever it is doing, and waits until the hub knows of none. */
export async function stopServer(site: AbuseSite, session: Session, user: string): Promise<void> {
  const gone = async () => {
    const state = await serverState(site, session, user);
    if (state === "ready") await callApi(site, session, `/users/${user}/server`, { method: "DELETE" });
    if (state === "pending") await site.cancelAll(user);
    return state === "none";
  };
  await site.box.waitFor(`${user}'s server to be stopped`, gone, 90);
}
