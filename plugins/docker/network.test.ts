import { afterEach, describe, expect, test } from "vitest";
import { known } from "../rpc/properties";
import { DockerProvider } from "./provider";
import type { Answer, TestEngine } from "./test-engine";
import { checked, connected, disconnect, SUBJECT } from "./test-provider";

const NETWORK = "docker:index/network:Network";

afterEach(disconnect);
const lines = (engine: TestEngine) => engine.asked.map(({ line }) => line);

const INSPECTED = {
  Id: "n1",
  Name: "servers",
  Driver: "bridge",
  Scope: "local",
  EnableIPv6: false,
  Internal: true,
  Attachable: false,
  Ingress: false,
  Options: {},
  Labels: { b: "2", a: "1" },
  IPAM: { Driver: "default", Options: null, Config: [{ Subnet: "10.9.0.0/24", Gateway: "10.9.0.1" }] },
};

describe("a network", () => {
  const args = {
    name: "servers",
    internal: true,
    labels: [
      { label: "a", value: "1" },
      { label: "b", value: "2" },
    ],
    ipamConfigs: [{ gateway: "10.9.0.1", subnet: "10.9.0.0/24" }],
  };
  const answers = (line: string): Answer => (line.startsWith("POST") ? [201, { Id: "n1" }] : [200, INSPECTED]);

  test("is asked for as given, and stays as long as the engine says the same", async () => {
    const { provider, engine } = await connected(answers);
    const inputs = await checked(NETWORK, args);
    const { id, state } = await provider.create(NETWORK, inputs, false, SUBJECT);
    expect(id).toBe("n1");
    expect(engine.asked.find(({ line }) => line === "POST /v1.41/networks/create")?.body).toEqual({
      Name: "servers",
      Driver: "",
      Internal: true,
      Attachable: false,
      Ingress: false,
      Options: null,
      Labels: { a: "1", b: "2" },
      IPAM: { Driver: "default", Options: null, Config: [{ Subnet: "10.9.0.0/24", Gateway: "10.9.0.1" }] },
    });
    expect(state.values).toMatchObject({ driver: "bridge", scope: "local", __meta: '{"schema_version":"1"}' });
    expect((await provider.diff(NETWORK, id, state, inputs)).changes).toEqual({});
    const other = await checked(NETWORK, { ...args, ipamConfigs: [{ subnet: "10.9.0.0/24" }], ipv6: true });
    expect(await provider.diff(NETWORK, id, state, other)).toEqual({
      changes: { ipamConfigs: { kind: "update", replace: true }, ipv6: { kind: "add", replace: true } },
      deleteBeforeReplace: true,
    });
  });

  test("without a name gets one that lasts; only such a one is made before the old one goes", async () => {
    const first = await checked(NETWORK, {});
    expect(first.values.name).toMatch(/^servers-[0-9a-f]{7}$/);
    const later = { ...SUBJECT, old: first, randomSeed: new Uint8Array([3]) };
    expect((await checked(NETWORK, {}, later)).values).toEqual(first.values);
    expect((await checked(NETWORK, {}, { ...later, old: undefined })).values.name).not.toBe(first.values.name);
    expect((await checked(NETWORK, {}, { ...later, old: known({ name: "given" }) })).values.name).not.toBe("given");
    const diff = await new DockerProvider().diff(NETWORK, "n1", known({ name: "x", driver: "macvlan" }), first);
    expect(diff.deleteBeforeReplace).toBe(false);
  });

  test("is read when asked; what the engine chose is no difference, what it chose unasked is", async () => {
    const { provider } = await connected(answers);
    const state = known({ name: "servers" });
    const live = await provider.read(NETWORK, "n1", state, known({ name: "servers" }));
    expect(live?.inputs.values).toEqual({ name: "servers" });
    const changes = await provider.diff(
      NETWORK,
      "n1",
      live?.state ?? state,
      await checked(NETWORK, { name: "servers" }),
    );
    expect(changes.changes).toEqual({ labels: { kind: "delete", replace: true } });
    const imported = await provider.read(NETWORK, "n1", known({}), known({}));
    expect(imported?.inputs.values).toMatchObject({ name: "servers", internal: true, ipamDriver: "default" });
    const { provider: empty, engine: gone } = await connected(() => [404, { message: "network not found" }]);
    expect(await empty.read(NETWORK, "n1", state, known({}))).toBeUndefined();
    await empty.delete(NETWORK, "n1", state);
    expect(lines(gone).filter((line) => line.startsWith("DELETE"))).toEqual([]);
  });

  test("that is in use is waited for; another refusal is told at once", async () => {
    const busy: Answer = [403, { message: "network servers has active endpoints" }];
    const { provider, engine } = await connected((line, before) =>
      line.startsWith("DELETE") ? (before === 0 ? busy : [204, ""]) : [200, INSPECTED],
    );
    await provider.delete(NETWORK, "n1", known({}));
    expect(lines(engine).filter((line) => line.startsWith("DELETE"))).toHaveLength(2);
    const { provider: refusing } = await connected((line) =>
      line.startsWith("DELETE") ? [500, { message: "no permission" }] : [200, INSPECTED],
    );
    await expect(refusing.delete(NETWORK, "n1", known({}))).rejects.toThrow("no permission");
  });
});
