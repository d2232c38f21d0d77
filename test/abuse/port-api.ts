/** The one thing a job may tell the hub, told wrong, too often, or by somebody else. */
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { callApi } from "./hub-client";
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

export function portApiAbuse(stage: () => Stage): void {
  let request = "";
  beforeAll(async () => {
    request = JSON.stringify(await certificateRequest(stage().servers.alice.node));
  });
  const filled = (body: string) =>
    body.replaceAll("PORT", String(stage().servers.mallory.port)).replaceAll("REQUEST", request);

  /** Tells the hub something with a token; the status. */
  const tell = async (token: string, body: string): Promise<number> => {
    const { site, servers } = stage();
    const host = site.box.host(servers.mallory.node);
    const file = `/tmp/port-api-${process.pid}`;
    await host.write(file, body);
    const { stdout } = await host.run(
      [
        "curl",
        "-sk",
        "-m",
        "10",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        "-X",
        "POST",
        "-H",
        "@-",
        "--data-binary",
        `@${file}`,
        `${site.apiUrl}/batchspawner`,
      ],
      { input: `${token ? `Authorization: token ${token}\n` : ""}Content-Type: application/json\n` },
    );
    await host.run(["rm", "-f", file]);
    return Number(stdout);
  };

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
      const status = await tell(servers.mallory.token, filled(body));
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      await bothAnswer();
    });

    test("another's token, one that a user made, a made-up one and none at all tell nothing", async () => {
      const { site, sessions } = stage();
      const made = await callApi(site, sessions.mallory, `/users/${site.mallory.name}/tokens`, {
        method: "POST",
        body: { note: "abuse", expires_in: 60 },
      });
      const { token } = JSON.parse(made.text) as { token: string };
      for (const one of [token, "0".repeat(32), ""])
        expect(await tell(one, filled('{"port": 4242, "request": REQUEST}'))).toBe(403);
      await bothAnswer();
    });
  });
}
