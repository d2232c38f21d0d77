/** What the token in a user's own job is good for: that server, and nothing else of anybody's. */
import { describe, expect, test } from "vitest";
import { callApi } from "./hub-client";
import { newJobs } from "./new-jobs";
import { serverState } from "./options";
import type { ServerFact } from "./servers";
import type { Session } from "./session";
import type { AbuseSite } from "./site";

/** What the suite has at hand: both users logged in, both servers running. */
export interface Stage {
  site: AbuseSite;
  sessions: { alice: Session; mallory: Session };
  servers: { alice: ServerFact; mallory: ServerFact };
}

type Call = [method: string, path: string, body?: unknown];

/** Of the hub's API; ALICE and MALLORY stand for their names. */
const FORBIDDEN: Call[] = [
  ["GET", "/users"],
  ["GET", "/users/ALICE"],
  ["GET", "/users/ALICE/tokens"],
  ["GET", "/groups"],
  ["GET", "/services"],
  ["GET", "/proxy"],
  ["GET", "/info"],
  ["POST", "/users", { usernames: ["eve"] }],
  ["POST", "/users/eve", {}],
  ["PATCH", "/users/MALLORY", { admin: true }],
  ["PATCH", "/users/MALLORY", { name: "ALICE" }],
  ["PATCH", "/users/ALICE", { name: "eve" }],
  ["DELETE", "/users/ALICE"],
  ["POST", "/users/ALICE/server", {}],
  ["DELETE", "/users/ALICE/server"],
  ["PATCH", "/users/ALICE/server", { user_options: {} }],
  ["POST", "/users/ALICE/tokens", { note: "stolen" }],
  ["POST", "/users/ALICE/activity", { last_activity: "2000-01-01T00:00:00Z" }],
  ["POST", "/users/MALLORY/servers/second", {}],
  ["POST", "/groups/hpcusers", {}],
  ["POST", "/proxy", {}],
  ["PATCH", "/proxy", { ip: "127.0.0.1", port: 9, auth_token: "x" }],
  ["POST", "/shutdown", { servers: true, proxy: true }],
  ["POST", "/shares/MALLORY/", { user: "ALICE" }],
];

export function tokenAbuse(stage: () => Stage): void {
  const named = (text: string) =>
    text.replaceAll("ALICE", stage().site.alice.name).replaceAll("MALLORY", stage().site.mallory.name);

  /** A call to an address from a compute node, as the attacker there would make it; 0: no answer at all. */
  const fromNode = async (
    address: string,
    token: string,
    method = "GET",
    body?: unknown,
  ): Promise<[number, string]> => {
    const { site, servers } = stage();
    const data = body === undefined ? [] : ["-H", "Content-Type: application/json", "--data", JSON.stringify(body)];
    const { stdout } = await site.box
      .host(servers.mallory.node)
      .run(["curl", "-sk", "-m", "10", "-w", "\n%{http_code}", "-X", method, "-H", "@-", ...data, address], {
        user: site.mallory.name,
        input: `Authorization: token ${token}\n`,
      });
    const at = stdout.lastIndexOf("\n");
    return [Number(stdout.slice(at + 1)), stdout.slice(0, at)];
  };

  describe("a server's token", () => {
    test("is good for knowing whose it is", async () => {
      const [status, text] = await fromNode(`${stage().site.apiUrl}/user`, stage().servers.mallory.token);
      expect(status).toBe(200);
      expect((JSON.parse(text) as { name: string }).name).toBe(stage().site.mallory.name);
    });

    test.each(FORBIDDEN)("%s %s changes and shows nothing", async (method, path, body) => {
      const { site, sessions, servers } = stage();
      const sent = body === undefined ? undefined : (JSON.parse(named(JSON.stringify(body))) as unknown);
      const before = await site.jobs();
      const [status, text] = await fromNode(site.apiUrl + named(path), servers.mallory.token, method, sent);
      // A list that may be asked for holds what its reader may see: nobody else.
      if (status === 200 && method === "GET") expect(text).not.toContain(site.alice.name);
      else expect(status, text.slice(0, 300)).toBeGreaterThanOrEqual(400);
      expect(await newJobs(site, before)).toEqual([]);
      expect(await serverState(site, sessions.alice, site.alice.name)).toBe("ready");
      const me = JSON.parse((await callApi(site, sessions.mallory, "/user")).text) as { name: string; admin: boolean };
      expect(me).toMatchObject({ name: site.mallory.name, admin: false });
    });

    test("opens nobody else's server: neither at its port on the node nor through the proxy", async () => {
      const { site, servers } = stage();
      const path = `/user/${site.alice.name}/api/contents`;
      for (const scheme of ["http", "https"]) {
        const [direct] = await fromNode(
          `${scheme}://${servers.alice.node}:${servers.alice.port}${path}`,
          servers.mallory.token,
        );
        expect([0, 401, 403, 302]).toContain(direct);
      }
      const proxied = await stage().sessions.mallory.send(site.url + path, {
        headers: { Authorization: `token ${servers.mallory.token}`, Cookie: "" },
      });
      expect(proxied.status).toBe(403);
    });

    test("and a log-in opens nobody else's server either", async () => {
      const { site, sessions } = stage();
      for (const path of ["/lab", "/api/contents", "/api/kernels", "/files/.ssh/id_rsa", "/lab/tree/notes.ipynb"]) {
        const answer = await sessions.mallory.visit(`${site.url}/user/${site.alice.name}${path}`);
        expect(answer.status, path).toBe(403);
      }
      const own = await sessions.alice.visit(`${site.url}/user/${site.alice.name}/api/contents`);
      expect(own.status).toBe(200);
    });

    test("is not taken from the address bar", async () => {
      const { site, servers } = stage();
      const address = `${site.url}/user/${site.alice.name}/api/contents?token=${servers.mallory.token}`;
      expect((await stage().sessions.mallory.send(address, { headers: { Cookie: "" } })).status).not.toBe(200);
    });
  });
}
