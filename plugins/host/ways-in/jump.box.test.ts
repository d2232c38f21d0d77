import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attach, type BoxHost } from "../../../box/api";
import { adminOf, type Way } from "../trial/trial";
import { Doors } from "./doors";
import { told, Visitor } from "./visitor";

let gate: BoxHost;
let doors: Doors;
let visitor: Visitor;
let toGate: Way;
let hidden: Way;

/** One visit to hidden through gate. */
const visit = (jump: object, more: object = {}, errands = ["id -un; hostname"]) =>
  visitor.visit("hidden", { ...hidden, ...more, jump: { ...toGate, ...jump } }, errands);

beforeAll(async () => {
  const box = await attach("hosts");
  gate = box.host("gate");
  doors = new Doors(gate);
  visitor = Visitor.start(box);
  // What only the host itself has is no argument of a jump host.
  const { rollbackAfter: _, connectTimeout: __, ...rest } = await adminOf(box, "10.79.0.14");
  toGate = rest;
  hidden = await adminOf(box, "10.80.0.15");
});
afterAll(async () => {
  await visitor?.stop();
  await doors?.close();
});

describe("a host behind a jump host", () => {
  it("is not reached without it", async () => {
    expect(told(await visitor.visit("hidden", { ...hidden, connectTimeout: 1 }, ["id"]))).toMatch(
      /^hidden \(10\.80\.0\.15:22\): (no route to the host|timed out)/,
    );
  });

  it("is reached through it, as root and by sudo, and the jump host itself is asked for nothing but the way", async () => {
    const port = await doors.open("MaxSessions 0");
    expect(told(await visit({ port }))).toBe("root\nhidden\n");
    expect(told(await visit({ port }, { user: "root" }))).toBe("root\nhidden\n");
    expect(told(await visit({ address: "fd79::14" }, { address: "fd80::15" }))).toBe("root\nhidden\n");
  });

  it("takes streams and slow commands through it too", async () => {
    const configuration = { ...hidden, jump: toGate };
    const errands = [
      { body: "wc -c", stream: "x".repeat(3_000_000) },
      { body: "hostname", slow: true },
    ];
    const outcomes = await visitor.visit("hidden", configuration, errands);
    expect(outcomes.map((outcome) => outcome.error ?? outcome.stdout.trim())).toEqual(["3000000", "hidden"]);
  });

  it("is not reached past a jump host with another key; the host's own key is checked as well", async () => {
    const wrong = hidden.hostKeys;
    expect(told(await visit({ hostKeys: wrong }))).toMatch(
      /^hidden's jump host \(10\.79\.0\.14:22\): its host key does not match: expected .*npm run doctor -- host-key 10\.79\.0\.14 /,
    );
    expect(told(await visit({}, { hostKeys: toGate.hostKeys }))).toMatch(
      /^hidden \(10\.80\.0\.15:22\): its host key does not match/,
    );
  });

  it.each<[string, string[], object, object, RegExp]>([
    [
      "refuses the login",
      [],
      { user: "nobody" },
      {},
      /^hidden's jump host \(10\.79\.0\.14:\d+\): login as nobody was refused/,
    ],
    [
      "does not forward",
      ["AllowTcpForwarding no"],
      {},
      {},
      /^hidden \(10\.80\.0\.15:22\): its jump host 10\.79\.0\.14 does not forward.*AllowTcpForwarding/,
    ],
    ["may not forward there", ["PermitOpen 10.80.0.99:22"], {}, {}, /does not forward connections.*PermitOpen/],
    [
      "finds no sshd there",
      [],
      {},
      { port: 3 },
      /^hidden \(10\.80\.0\.15:3\): its jump host 10\.79\.0\.14 cannot reach it \(Connection refused\)/,
    ],
    [
      "does not know its name",
      [],
      {},
      { address: "nowhere.invalid" },
      /jump host 10\.79\.0\.14 cannot reach it \(.*a name is looked up on the jump host/,
    ],
    [
      "gets no answer there",
      [],
      {},
      { address: "10.80.0.99", connectTimeout: 1 },
      /timed out after 1 s.*firewall behind 10\.79\.0\.14 drop port 22|No route/,
    ],
  ])("is not reached when the jump host %s", async (_, settings, jump, more, words) => {
    const port = await doors.open(...settings);
    expect(told(await visit({ port, ...jump }, more))).toMatch(words);
  });

  it("is reached again after the jump host dropped the connection", async () => {
    const port = await doors.open();
    const configuration = { ...hidden, jump: { ...toGate, port } };
    expect(told(await visitor.visit("hidden", configuration, ["hostname"], { stay: true }))).toBe("hidden\n");
    await gate.run(["sh", "-c", "pkill -9 -f '[s]shd-session: admin'"]);
    await expect
      .poll(() => gate.run(["pgrep", "-f", "sshd-session: admin"]).then(({ stdout }) => stdout), { timeout: 5000 })
      .toBe("");
    expect(told(await visitor.visit("hidden", configuration, ["hostname"]))).toBe("hidden\n");
  });
});
