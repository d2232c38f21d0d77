/** Names that the identity provider could send: nobody gets in by one that is no cluster user's. */
import { describe, expect, test } from "vitest";
import { askForServer, callApi } from "./hub-client";
import { newJobs } from "./new-jobs";
import { Session } from "./session";
import type { AbuseSite, Person } from "./site";

/** A name as the provider says it, and who logs in there to have it said. */
export interface NameCase {
  what: string;
  claim: unknown;
  person: Person;
}

/** The cases; `stranger` is let in by the provider's word, but has no account on the cluster. */
export function userNameAbuse(site: () => AbuseSite, names: NameCase[], stranger: Person): void {
  describe("a user name from the identity provider: no log-in, no job", () => {
    test.each(names.map((one) => [one.what, one] as const))("%s", async (_what, { claim, person }) => {
      const before = await site().jobs();
      const session = new Session(site().authority);
      const answer = await site().logIn(session, person);
      expect(answer.status, answer.text.slice(-1500)).toBe(403);
      expect(answer.url.href.startsWith(site().url)).toBe(true);
      if (typeof claim === "string" && claim.includes("<")) expect(answer.text).not.toContain(claim);
      // The refusal is the hub's answer to this log-in, and leaves nobody logged in.
      expect((await callApi(site(), session, "/user")).status).toBe(403);
      expect(session.cookies(`${site().url}/hub/`)).not.toContain("jupyterhub-hub-login");
      expect(await newJobs(site(), before)).toEqual([]);
    });

    test("a person without an account on the cluster gets in by the provider's word, and gets no job", async () => {
      const before = await site().jobs();
      const session = new Session(site().authority);
      expect((await site().logIn(session, stranger)).status).toBe(200);
      const answer = await askForServer(site(), session, stranger.name, "api", site().small.options);
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
      expect(await newJobs(site(), before)).toEqual([]);
    });
  });
}
