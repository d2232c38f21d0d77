import { afterEach, expect, test } from "vitest";
import { fromWire, known, type Plain, type Properties, sealed, toWire } from "../rpc/properties";
import { CommandProvider } from "./provider";
import { remoteCommand } from "./remote-command";
import { type Behaviour, type TestServer, testServer } from "./test-server";

const TYPE = remoteCommand.token;
const SUBJECT = { urn: "urn:pulumi:s::p::command:remote:Command::hook", name: "hook" };
const CHECK = { ...SUBJECT, old: undefined, randomSeed: new Uint8Array() };

const open: TestServer[] = [];
async function serverOf(behaviour: Behaviour): Promise<TestServer> {
  const server = await testServer(behaviour);
  open.push(server);
  return server;
}
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

const logged: string[] = [];
function provider(): CommandProvider {
  logged.length = 0;
  return new CommandProvider((severity, message) => logged.push(`${severity}: ${message}`));
}

function connectionTo(server: TestServer, more: Record<string, Plain> = {}): Record<string, Plain> {
  const { port, hostKey } = server;
  return { host: "127.0.0.1", port, hostKey, user: "admin", password: "pass-word", dialErrorLimit: 0, ...more };
}

async function checked(args: Record<string, Plain>, secrets: string[] = []): Promise<Properties> {
  const { inputs, failures } = await provider().check(TYPE, { ...known(args), secrets: new Set(secrets) }, CHECK);
  expect(failures).toEqual([]);
  return sent(inputs);
}

/** As the engine gives it back. */
function sent(properties: Properties): Properties {
  return fromWire(toWire(properties));
}

const ECHO = (command: string) => ({ stdout: `${command} out\n\n`, stderr: `${command} err\n` });

test("create, update and delete run their commands, with what the one before said", async () => {
  const server = await serverOf({ answer: ECHO, accepts: ["A", "PULUMI_COMMAND_STDOUT", "PULUMI_COMMAND_STDERR"] });
  const connection = connectionTo(server);
  const inputs = await checked({ connection, create: "make", delete: "unmake", environment: { A: "1" }, stdin: "in" });
  const { id, state } = await provider().create(TYPE, inputs, false, SUBJECT);
  expect(id).toMatch(/^hook[0-9a-f]{8}$/);
  // One newline is taken off, as the genuine plugin does it.
  expect(state.values).toMatchObject({ stdout: "make out\n", stderr: "make err", create: "make" });
  expect(state.secrets).toEqual(new Set(["connection"]));
  expect(logged).toEqual(["info: make out", "info: ", "info: make err"]);
  expect(server.asked).toMatchObject({ commands: ["make"], variables: { A: "1" }, input: "in" });

  const again = await checked({ connection, create: "make", update: "mend", delete: "unmake" });
  const updated = await provider().update(TYPE, id, sent(state), again, false, SUBJECT);
  expect(updated.values.stdout).toBe("mend out\n");
  expect(server.asked.variables).toMatchObject({
    PULUMI_COMMAND_STDOUT: "make out\n",
    PULUMI_COMMAND_STDERR: "make err",
  });

  await provider().delete(TYPE, id, sent(updated), SUBJECT);
  expect(server.asked.commands).toEqual(["make", "mend", "unmake"]);
  expect(server.asked.variables.PULUMI_COMMAND_STDOUT).toBe("mend out\n");
});

test("an update without an update command runs create; without commands nothing is dialled", async () => {
  const server = await serverOf({});
  const inputs = await checked({ connection: connectionTo(server), create: "make", addPreviousOutputInEnv: false });
  const state = { ...inputs, values: { ...inputs.values, stdout: "old", stderr: "" } };
  await provider().update(TYPE, "id", state, inputs, false, SUBJECT);
  expect(server.asked).toMatchObject({ commands: ["make"], variables: {} });
  const idle = await checked({ connection: connectionTo(server) });
  expect((await provider().create(TYPE, idle, false, SUBJECT)).state.values.stdout).toBe("");
  expect((await provider().update(TYPE, "id", state, idle, false, SUBJECT)).values.stdout).toBe("old");
  await provider().delete(TYPE, "id", state, SUBJECT);
  expect(server.asked.logins).toHaveLength(1);
});

test("a preview dials nobody, and does not know what will be said", async () => {
  const inputs = await checked({ connection: { host: "127.0.0.1", port: 1, hostKey: HOST_KEY }, create: "make" });
  const { state } = await provider().create(TYPE, inputs, true, SUBJECT);
  expect([...state.unknowns].sort()).toEqual(["stderr", "stdout"]);
});

test("a command whose variable the host refuses is not run; without the output before it, it is", async () => {
  const server = await serverOf({ accepts: ["GOOD"] });
  const connection = connectionTo(server);
  const needs = await checked({ connection, create: "make", environment: { GOOD: "1", BAD: "2" } });
  await expect(provider().create(TYPE, needs, false, SUBJECT)).rejects.toThrow(
    /could not set environment variable "BAD".*AcceptEnv/,
  );
  expect(server.asked.commands).toEqual([]);
  const inputs = await checked({ connection, create: "make" });
  const state = { ...inputs, values: { ...inputs.values, stdout: "old", stderr: "older" } };
  await provider().update(TYPE, "id", state, inputs, false, SUBJECT);
  expect(server.asked.commands).toEqual(["make"]);
  expect(logged).toEqual([
    expect.stringContaining("warning: PULUMI_COMMAND_STDOUT could not be set"),
    expect.stringContaining("warning: PULUMI_COMMAND_STDERR could not be set"),
  ]);
});

test("a command that fails says how and why, without the secrets", async () => {
  const answer = () => ({ stdout: "half, with hunter2 in it\n", stderr: "no such host hunter2 pass-word\n", code: 3 });
  const server = await serverOf({ answer });
  const inputs = await checked({ connection: connectionTo(server), create: "qconf", stdin: "hunter2" }, ["stdin"]);
  await expect(provider().create(TYPE, inputs, false, SUBJECT)).rejects.toThrow(
    'Process exited with status 3: running "qconf":\nhalf, with [secret] in it\nno such host [secret] [secret]\n',
  );
  const killed = await serverOf({ answer: () => ({ signal: "TERM" }) });
  await expect(
    provider().create(TYPE, await checked({ connection: connectionTo(killed), create: "x" }), false, SUBJECT),
  ).rejects.toThrow("signal SIGTERM");
});

test.each([
  ["stdout", ["info: a out", "info: "]],
  ["stderr", ["info: a err"]],
  ["none", []],
])("logging: %s", async (logging, expected) => {
  const server = await serverOf({ answer: ECHO });
  const inputs = await checked({ connection: connectionTo(server), create: "a", logging });
  const { state } = await provider().create(TYPE, inputs, false, SUBJECT);
  expect(logged).toEqual(expected);
  expect(state.values).toMatchObject({ stdout: "a out\n", stderr: "a err" });
});

const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn";

test("a host with another key gets neither login nor command; one that is not pinned is believed, and it is said", async () => {
  const server = await serverOf({});
  const { hostKey: another } = await serverOf({});
  const wrong = await checked({ connection: connectionTo(server, { hostKey: another }), create: "make" });
  await expect(provider().create(TYPE, wrong, false, SUBJECT)).rejects.toThrow(
    /after 0 failed attempts: .*its host key does not match: expected SHA256:\S+, but it showed SHA256:/,
  );
  const type = await checked({ connection: connectionTo(server, { hostKey: HOST_KEY }), create: "make" });
  await expect(provider().create(TYPE, type, false, SUBJECT)).rejects.toThrow(/no host key of the pinned type/);
  expect(server.asked).toMatchObject({ commands: [], logins: [] });
  const { hostKey: _, ...connection } = connectionTo(server);
  const inputs = await checked({ connection: { ...connection, proxy: connection }, create: "make" });
  expect(logged).toHaveLength(2);
  expect(logged[0]).toMatch(/^warning: no hostKey is given for 127\.0\.0\.1:\d+: whoever answers there/);
  await provider().create(TYPE, inputs, false, SUBJECT);
  expect(server.asked.commands).toEqual(["make"]);
});

test("dialling goes on until the limit", async () => {
  const slow = await serverOf({ refusals: 2 });
  const connection = connectionTo(slow, { dialErrorLimit: 2 });
  await provider().create(TYPE, await checked({ connection, create: "make" }), false, SUBJECT);
  expect(slow.asked).toMatchObject({ commands: ["make"], logins: ["password", "password", "password"] });
  const slower = await serverOf({ refusals: 2 });
  const inputs = await checked({ connection: connectionTo(slower, { dialErrorLimit: 1 }), create: "make" });
  await expect(provider().create(TYPE, inputs, false, SUBJECT)).rejects.toThrow(
    "after 1 failed attempts: admin@127.0.0.1",
  );
  expect(slower.asked.commands).toEqual([]);
});

test("an interruption ends the dialling", async () => {
  const inputs = await checked({ connection: { host: "127.0.0.1", port: 1, dialErrorLimit: -1 }, create: "make" });
  const interrupted = provider();
  const made = interrupted.create(TYPE, inputs, false, SUBJECT);
  setTimeout(() => interrupted.cancel(), 150);
  await expect(made).rejects.toThrow(/abort/i);
});

test("a question for anything is answered with the password, and a key that cannot be read is not tried again", async () => {
  const server = await serverOf({ method: "keyboard-interactive" });
  const connection = connectionTo(server, { password: "right" });
  await provider().create(TYPE, await checked({ connection, create: "make" }), false, SUBJECT);
  expect(server.asked.commands).toEqual(["make"]);
  const bad = await checked({
    connection: connectionTo(server, { privateKey: "no key", dialErrorLimit: 10 }),
    create: "x",
  });
  const started = performance.now();
  await expect(provider().create(TYPE, bad, false, SUBJECT)).rejects.toThrow(/Cannot parse privateKey/);
  expect(performance.now() - started).toBeLessThan(1000);
});

test("a proxy leads to the host, and its own key is checked", async () => {
  const proxy = await serverOf({});
  const server = await serverOf({ answer: ECHO });
  const through = (hostKey: string) =>
    connectionTo(server, { proxy: { ...connectionTo(proxy), hostKey } as Record<string, Plain> });
  const { state } = await provider().create(
    TYPE,
    await checked({ connection: through(proxy.hostKey), create: "a" }),
    false,
    SUBJECT,
  );
  expect(state.values.stdout).toBe("a out\n");
  expect(proxy.asked.commands).toEqual([]);
  const wrong = await checked({ connection: through(server.hostKey), create: "a" });
  await expect(provider().create(TYPE, wrong, false, SUBJECT)).rejects.toThrow(/^proxy: .*host key does not match/);
});

test("a diff names what changed: triggers replace, the rest updates, and turning secret is a change", async () => {
  const connection = { host: "h", hostKey: HOST_KEY };
  const old = await checked({ connection, create: "a", triggers: [1, "x"] });
  const diff = async (args: Record<string, Plain>, secrets: string[] = []) => {
    const wanted = await checked({ connection, create: "a", triggers: [1, "x"], ...args }, secrets);
    return (await provider().diff(TYPE, "id", old, wanted, old)).changes;
  };
  expect(await diff({})).toEqual({});
  expect(await diff({ triggers: [2, "x"] })).toEqual({ "triggers[0]": { kind: "update", replace: true } });
  expect(await diff({ create: "b", update: "u" })).toEqual({
    create: { kind: "update", replace: false },
    update: { kind: "add", replace: false },
  });
  expect(await diff({ connection: { ...connection, host: "i" } })).toEqual({
    connection: { kind: "update", replace: false },
  });
  const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", hash: "1f" };
  const file = { ...known({ ...old.values, triggers: [asset] }), secrets: old.secrets };
  const moved = await checked({ connection, create: "a", triggers: [{ ...asset, path: "/elsewhere" }] });
  expect((await provider().diff(TYPE, "id", file, moved, file)).changes).toEqual({});
  const changed = await checked({ connection, create: "a", triggers: [{ ...asset, hash: "2f", path: "/here" }] });
  expect(Object.keys((await provider().diff(TYPE, "id", file, changed, file)).changes)).toEqual(["triggers[0]"]);
  expect(await diff({}, ["create"])).toEqual({ create: { kind: "update", replace: false } });
});

test("logins are secrets inside the secret connection, as the genuine plugin writes them", async () => {
  const proxy = { host: "p", password: "x" };
  const connection = { host: "h", privateKey: "k", proxy };
  const { inputs } = await provider().check(TYPE, known({ connection }), CHECK);
  const written = { host: "h", privateKey: sealed("k"), proxy: { host: "p", password: sealed("x") } };
  expect(inputs.values.connection).toMatchObject(written);
  expect((await provider().create(TYPE, sent(inputs), false, SUBJECT)).state.values.connection).toMatchObject(written);
  expect(sent(inputs).values.connection).toMatchObject(connection);
});

test("what is not right is refused by name, and what is not served is said", async () => {
  const failures = async (args: Record<string, Plain>) =>
    (await provider().check(TYPE, known(args), CHECK)).failures.map(({ property, reason }) => `${property}: ${reason}`);
  expect(await failures({ create: "a" })).toEqual(["connection: is required"]);
  expect((await failures({ connection: { host: "h", hostKey: "x" }, colour: "red" })).join()).toMatch(
    /colour: .*has no argument.*connection: at \.hostKey: is not a public host key/,
  );
  await expect(provider().check("command:local:Command", known({}), CHECK)).rejects.toThrow(
    /install the genuine plugin/,
  );
});
