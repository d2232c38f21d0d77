/** The one thing a job may tell the hub, told wrong, too often, or by somebody else. */
import { describe, expect, test } from "vitest";
import { callApi } from "./hub-client";
import type { Stage } from "./tokens";

/** Bodies, after the server's port is known. PORT stands for the port it really has. */
const BODIES: [what: string, body: string][] = [
  ["another port", '{"port": 4242}'],
  ["a port of the system", '{"port": 22}'],
  ["a port there is not", '{"port": 70000}'],
  ["a port below zero", '{"port": -1}'],
  ["a port as text", '{"port": "8888"}'],
  ["a command for the port", '{"port": "8888; id"}'],
  ["a truth value for the port", '{"port": true}'],
  ["a fraction of a port", '{"port": 8888.5}'],
  ["a port without end", '{"port": 1e400}'],
  ["a list of ports", '{"port": [8888]}'],
  ["an attribute of the spawner beside the port", '{"port": PORT, "batch_query_cmd": "touch /tmp/pwned"}'],
  ["an attribute of the spawner", '{"cmd": ["/bin/sh"]}'],
  ["an address beside the port", '{"port": PORT, "ip": "10.77.0.2"}'],
  ["a port told twice", '{"port": PORT, "port": 4242}'],
  ["no JSON", "port=4242"],
  ["nothing", ""],
  ["a list", "[4242]"],
  ["brackets without end", "[".repeat(100)],
  ["a body of a megabyte", `{"port": ${" ".repeat(1_000_000)}4242}`],
];

export function portApiAbuse(stage: () => Stage): void {
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
      const status = await tell(servers.mallory.token, body.replaceAll("PORT", String(servers.mallory.port)));
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
      for (const one of [token, "0".repeat(32), ""]) expect(await tell(one, '{"port": 4242}')).toBe(403);
      await bothAnswer();
    });
  });
}
