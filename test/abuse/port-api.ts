/** The one thing a job may tell the hub, told wrong, too often, or by somebody else. */
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { askForServer, callApi } from "./hub-client";
import { serverState, stopServer } from "./options";
import type { Stage } from "./tokens";

/** Bodies, after the server's port is known. PORT stands for the port it really has, REQUEST for a sound certificate request in the name of another's server. */
const BODIES: [what: string, body: string][] = [
  ["another port", '{"port": 4242, "request": REQUEST}'],
  ["a port of the system", '{"port": 22, "request": REQUEST}'],
  ["a port there is not", '{"port": 70000, "request": REQUEST}'],
  ["a port below zero", '{"port": -1, "request": REQUEST}'],
  ["a port as text", '{"port": "8888", "request": REQUEST}'],
  ["a command for the port", '{"port": "8888; id", "request": REQUEST}'],
  ["a truth value for the port", '{"port": true, "request": REQUEST}'],
  ["a fraction of a port", '{"port": 8888.5, "request": REQUEST}'],
  ["a port without end", '{"port": 1e400, "request": REQUEST}'],
  ["a list of ports", '{"port": [8888], "request": REQUEST}'],
  [
    "an attribute of the spawner beside the port",
    '{"port": PORT, "batch_query_cmd": "touch /tmp/pwned", "request": REQUEST}',
  ],
  ["an attribute of the spawner", '{"cmd": ["/bin/sh"]}'],
  ["an address beside the port", '{"port": PORT, "ip": "10.77.0.2", "request": REQUEST}'],
  ["a port told twice", '{"port": PORT, "port": 4242, "request": REQUEST}'],
  ["another key for the port it has", '{"port": PORT, "request": REQUEST}'],
  ["a certificate request that is none", '{"port": PORT, "request": "-----BEGIN-----"}'],
  ["a number for the certificate request", '{"port": PORT, "request": 7}'],
  ["no certificate request", '{"port": PORT}'],
  ["no JSON", "port=4242"],
  ["nothing", ""],
  ["a list", "[4242]"],
  ["brackets without end", "[".repeat(100)],
  ["a body of a megabyte", `{"port": ${" ".repeat(1_000_000)}4242}`],
];

/** A certificate request for a host, with a new key. */
async function certificateRequest(host: string): Promise<string> {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null"];
  const named = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  return (await execa("openssl", ["req", "-new", ...key, ...named], { timeout: 20_000 })).stdout;
}

/** Tells the hub something with a token, from a compute node; the status. */
async function tellHub({ site, servers }: Stage, token: string, body: string): Promise<number> {
  const host = site.box.host(servers.mallory.node);
  const file = `/tmp/port-api-${process.pid}`;
  await host.write(file, body);
  const curl = "curl -sk -m 10 -o /dev/null -w %{http_code} -X POST -H @-".split(" ");
  const { stdout } = await host.run([...curl, "--data-binary", `@${file}`, `${site.apiUrl}/batchspawner`], {
    input: `${token ? `Authorization: token ${token}\n` : ""}Content-Type: application/json\n`,
  });
  await host.run(["rm", "-f", file]);
  return Number(stdout);
}

/** A token that a user makes, with everything the user may do. */
async function ownToken({ site, sessions }: Stage): Promise<string> {
  const body = { note: "abuse", expires_in: 600 };
  const made = await callApi(site, sessions.mallory, `/users/${site.mallory.name}/tokens`, { method: "POST", body });
  return (JSON.parse(made.text) as { token: string }).token;
}

/** While no server is starting, and while one is that has not told its port. The attacker's server of the stage ends here. */
export function portApiAbuseAround(stage: () => Stage): void {
  describe("the port API, with no server and with one that starts", () => {
    test("the token of a server that is gone, and one that its user made, tell nothing; the next server comes up", async () => {
      const { site, sessions, servers } = stage();
      const { mallory } = site;
      const tokens = [servers.mallory.token, await ownToken(stage())];
      const request = JSON.stringify(await certificateRequest(servers.mallory.node));
      const tell = async () => {
        for (const token of tokens)
          expect(await tellHub(stage(), token, `{"port": 4242, "request": ${request}}`)).toBe(403);
      };
      await stopServer(site, sessions.mallory, mallory.name);
      await tell();
      expect(await serverState(site, sessions.mallory, mallory.name)).toBe("none");
      const asked = askForServer(site, sessions.mallory, mallory.name, "api", site.small.options);
      let told = 0;
      const ready = async () => {
        const state = await serverState(site, sessions.mallory, mallory.name);
        await tell();
        if (state === "pending") told += 1;
        return state === "ready";
      };
      await site.box.waitFor("the next server", ready, 120);
      expect((await asked).status).toBeLessThan(300);
      expect(told).toBeGreaterThan(0);
      expect((await sessions.mallory.visit(`${site.url}/user/${mallory.name}/lab`)).status).toBe(200);
    });
  });
}

export function portApiAbuse(stage: () => Stage): void {
  let request = "";
  beforeAll(async () => {
    request = JSON.stringify(await certificateRequest(stage().servers.alice.node));
  });
  const filled = (body: string) =>
    body.replaceAll("PORT", String(stage().servers.mallory.port)).replaceAll("REQUEST", request);

  /** Whether both servers still answer where they did. */
  const bothAnswer = async () => {
    const { site, sessions } = stage();
    for (const [session, person] of [
      [sessions.alice, site.alice],
      [sessions.mallory, site.mallory],
    ] as const) {
      const answer = await session.visit(`${site.url}/user/${person.name}/api/status`);
      expect(answer.status, answer.text.slice(0, 300)).toBe(200);
    }
  };

  describe("the port API, once the port is known", () => {
    test.each(BODIES)("%s is refused, and the server stays where it is", async (_what, body) => {
      const { servers } = stage();
      const status = await tellHub(stage(), servers.mallory.token, filled(body));
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      await bothAnswer();
    });

    test("another's token, one that a user made, a made-up one and none at all tell nothing", async () => {
      for (const one of [await ownToken(stage()), "0".repeat(32), ""])
        expect(await tellHub(stage(), one, filled('{"port": 4242, "request": REQUEST}'))).toBe(403);
      await bothAnswer();
    });
  });
}
