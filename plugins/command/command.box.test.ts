import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attach, type BoxHost } from "../../box/api";
import { adminOf } from "../host/trial/trial";
import { StandInTrial, type Wanted } from "../stand-in/trial";

const ADDRESS = "10.79.0.17";
const LOG = "/run/command-trial.log";

let engine: BoxHost;
let trial: StandInTrial;
let connection: Record<string, unknown>;

beforeAll(async () => {
  const box = await attach("hosts");
  engine = box.host("engine");
  await engine.write(LOG, "");
  await engine.run(["chmod", "666", LOG]);
  const { address, user, hostKeys, privateKeyFile } = await adminOf(box, ADDRESS);
  const privateKey = await readFile(privateKeyFile, "utf8");
  connection = { host: address, user, hostKey: hostKeys[0], privateKey };
  trial = await StandInTrial.make(box, "command");
  console.log(`command is served by: ${trial.served.by}`);
});
afterAll(async () => {
  await trial?.remove();
  await engine?.run(["rm", "-f", LOG]);
});

/** Notes on the host what it is called with. */
const note = (what: string) => `echo "$(id -un) ${what} $LC_WHO" >> ${LOG}`;
const noted = async () => (await engine.read(LOG)).trim().split(/ *\n/);

function hook(args: Record<string, unknown> = {}): Wanted {
  const commands = { create: `${note("creates")}; echo registered; echo aside >&2`, delete: note("deletes") };
  return {
    kind: "command",
    name: "hook",
    args: { connection, ...commands, environment: { LC_WHO: "hook" }, triggers: ["a"], ...args },
  };
}
function asRoot(trigger: number): Wanted {
  const say = (what: string) => note(`${what} ${trigger}`);
  const args = { connection: { ...connection, user: "root" }, create: say("creates"), delete: say("deletes") };
  return { kind: "command", name: "root", args: { ...args, triggers: [{ deep: [trigger] }] } };
}
function token(): Wanted {
  const create = "cat; printf un; echo forgettable";
  return {
    kind: "command",
    name: "token",
    args: { connection, create, stdin: "shibboleth", logging: "none" },
    secrets: ["stdin"],
    options: { additionalSecretOutputs: ["stdout"] },
  };
}

test("commands run as admin and as root; one that fails says why, one whose variable is refused is not run", async () => {
  const fails = { connection, create: "echo half; echo 'denied: no such host' >&2; exit 3" };
  const refused = { connection, create: note("must not run"), environment: { NOT_ACCEPTED: "1" } };
  const { exitCode, output } = await trial.up({
    resources: [
      hook(),
      asRoot(1),
      token(),
      { kind: "command", name: "fails", args: fails, after: ["hook", "root", "token"] },
      { kind: "command", name: "refused", args: refused, after: ["hook", "root", "token"] },
    ],
  });
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/Process exited with status 3: running ".*exit 3":\s+(half\s+)?denied: no such host/);
  expect(output).toMatch(/could not set environment variable "NOT_ACCEPTED"/);
  expect((await noted()).sort()).toEqual(["admin creates hook", "root creates 1"]);
  const kept = await trial.kept();
  expect(Object.keys(kept)).not.toContain("fails");
  expect(kept.hook?.outputs).toMatchObject({ stdout: "registered", stderr: "aside" });
  expect(kept.hook?.id).toMatch(/^hook[0-9a-f]{8}$/);
});

test("neither the key nor a secret output can be read in the state or in what is printed", async () => {
  const { output } = await trial.up({ resources: [hook(), asRoot(1), token()] });
  const state = await trial.state();
  for (const text of [state, output]) {
    expect(text).not.toMatch(/PRIVATE KEY|shibboleth|unforgettable/);
  }
  const kept = await trial.kept();
  for (const [name, property] of Object.entries({ hook: "connection", token: "stdout" }))
    expect(kept[name]?.outputs[property], name).toHaveProperty("ciphertext");
  expect(await trial.preview()).toEqual({});
  expect((await noted()).sort()).toEqual(["admin creates hook", "root creates 1"]);
});

test("a change runs the update command, a trigger makes it anew: the new one first, then the old one goes", async () => {
  const updated = hook({ update: `${note("updates")}; echo again`, triggers: ["a"] });
  const { exitCode, output } = await trial.up({ resources: [updated, asRoot(2), token()] });
  expect(exitCode, output).toBe(0);
  const lines = await noted();
  expect(lines.filter((line) => line.startsWith("admin"))).toEqual(["admin creates hook", "admin updates hook"]);
  expect(lines.filter((line) => line.startsWith("root"))).toEqual([
    "root creates 1",
    "root creates 2",
    "root deletes 1",
  ]);
  expect((await trial.kept()).hook?.outputs.stdout).toBe("again");
});

test("destroying runs the delete commands, with the variables of the state", async () => {
  const { exitCode, output } = await trial.destroy();
  expect(exitCode, output).toBe(0);
  expect(await noted()).toEqual(expect.arrayContaining(["admin deletes hook", "root deletes 2"]));
  expect(await trial.kept()).toEqual({});
});
