import { describe, expect, it } from "vitest";
import { known, type Properties } from "../rpc/properties";
import { HostProvider } from "./provider";

const provider = new HostProvider(false);
const FILE = "host:index:File";
const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn";

async function checked(
  type: string,
  values: Parameters<typeof known>[0],
  more: Partial<Properties> = {},
): Promise<Properties> {
  const { inputs, failures } = await provider.check(type, { ...known(values), ...more });
  expect(failures).toEqual([]);
  return inputs;
}

describe("checking arguments", () => {
  it("fills in defaults", async () => {
    expect((await checked(FILE, { path: "/etc/motd", content: "" })).values).toMatchObject({
      owner: "root",
      group: "root",
      mode: "0644",
    });
    expect((await checked("host:index:User", { name: "jupyterhub" })).values).toMatchObject({
      home: "/var/lib/jupyterhub",
      shell: "/usr/sbin/nologin",
    });
  });

  it.each([
    [FILE, { path: "motd", content: "" }, "path"],
    [FILE, { path: "/etc/../motd", content: "" }, "path"],
    [FILE, { path: "/etc/motd" }, "content"],
    [FILE, { path: "/etc/motd", content: "", mode: "644" }, "mode"],
    [FILE, { path: "/etc/motd", content: "", owner: "a;id" }, "owner"],
    [FILE, { path: "/etc/motd", content: "", contents: "" }, "contents"],
    [FILE, { path: "/etc/motd", content: "", validate: ["visudo", "-cf"] }, "validate"],
    ["host:index:Package", { names: ["--reinstall"] }, "names"],
    ["host:index:SystemdUnit", { name: "hub" }, "name"],
    ["host:index:Firewall", { content: "flush ruleset\ntable inet jupyterhub { }" }, "content"],
    ["host:index:Firewall", { content: "table inet jupyterhub { }\ndelete table ip nat" }, "content"],
    ["host:index:PythonEnvironment", { path: "/apps/x", requirements: "jupyterlab==4" }, "requirements"],
    ["host:index:ContainerImage", { user: "x", reference: "localhost/x:1" }, "archive"],
  ])("%s %j fails on %s", async (type, values, property) => {
    const { failures } = await provider.check(type, known(values));
    expect(failures.map((failure) => failure.property)).toEqual([property]);
  });

  it("leaves alone what is not known yet, and never repeats a value", async () => {
    const inputs = await checked(FILE, { path: "/etc/motd" }, { unknowns: new Set(["content"]) });
    expect(inputs.unknowns).toEqual(new Set(["content"]));
    const { failures } = await provider.check(FILE, {
      ...known({ path: "/x", content: 12345 }),
      secrets: new Set(["content"]),
    });
    expect(JSON.stringify(failures)).not.toContain("12345");
  });

  it("refuses a provider without pinned key or means of login", async () => {
    const { failures } = await provider.checkConfig(
      "h",
      undefined,
      known({ address: "10.0.0.1", user: "root", hostKeys: [] }),
    );
    expect(failures.map(({ property }) => property).sort()).toEqual(["hostKeys", "privateKeyFile"]);
  });
});

describe("comparing", () => {
  it("replaces a file for another path, without removing it first", async () => {
    const state = await checked(FILE, { path: "/etc/a", content: "x" });
    const wanted = await checked(FILE, { path: "/etc/b", content: "x" });
    expect(await provider.diff(FILE, "/etc/a", state, wanted)).toEqual({
      changes: { path: { kind: "update", replace: true } },
      deleteBeforeReplace: false,
    });
  });

  it("removes first what is made again in the same place", async () => {
    const state = await checked("host:index:RandomSecret", { path: "/etc/s", bytes: 32 });
    const wanted = await checked("host:index:RandomSecret", { path: "/etc/s", bytes: 64 });
    expect((await provider.diff("host:index:RandomSecret", "/etc/s", state, wanted)).deleteBeforeReplace).toBe(true);
  });

  it("takes another place to upload from as no change", async () => {
    const values = { path: "/apps/x", requirements: "a==1 --hash=sha256:0" };
    const state = {
      ...known({ ...values, python: "/usr/bin/python3", owner: "root", group: "root", wheelhouse: "/tmp/one" }),
    };
    const wanted = { ...known({ ...state.values, wheelhouse: "/tmp/two" }) };
    expect((await provider.diff("host:index:PythonEnvironment", "/apps/x", state, wanted)).changes).toEqual({});
  });

  it("replaces the provider only for a host without a common key", async () => {
    const old = known({ address: "10.0.0.1", hostKeys: [HOST_KEY] });
    const moved = await provider.diffConfig(old, known({ address: "10.0.0.2", hostKeys: [HOST_KEY] }));
    expect(Object.values(moved.changes).some(({ replace }) => replace)).toBe(false);
    const replaced = async (values: Parameters<typeof known>[0]) => {
      const { changes } = await provider.diffConfig(
        old,
        known({ ...old.values, hostKeys: ["ssh-ed25519 AAAA"], ...values }),
      );
      return Object.entries(changes).flatMap(([path, { replace }]) => (replace ? [path] : []));
    };
    expect(await replaced({ address: "10.0.0.2" })).toEqual(["address"]);
    expect(await replaced({ port: 2222 })).toEqual(["port"]);
    expect(await replaced({ jump: { address: "10.0.0.9" } })).toEqual(["jump"]);
    // Reinstalled where it is.
    expect(await replaced({})).toEqual([]);
    expect(await replaced({ user: "other" })).toEqual([]);
  });
});

describe("foretelling", () => {
  it("knows what does not change, and keeps what follows from a secret secret", async () => {
    const inputs = await checked(FILE, { path: "/etc/a", content: "new" }, { secrets: new Set(["content"]) });
    const created = await provider.create(FILE, inputs, true);
    expect(created.state.unknowns).toEqual(new Set(["sha256", "revision"]));
    expect(created.state.secrets).toEqual(new Set(["content", "sha256", "revision"]));
    const old = { ...inputs, values: { ...inputs.values, sha256: "abc" } };
    expect((await provider.update(FILE, "/etc/a", old, inputs, true)).values.sha256).toBe("abc");
  });
});

describe("offline", () => {
  it("answers previews from the state and refuses the rest", async () => {
    const offline = new HostProvider(true);
    const state = known({ path: "/etc/a", content: "x" });
    expect((await offline.read(FILE, "/etc/a", state, state))?.state).toBe(state);
    expect(await offline.invoke("host:index:getFacts", known({}), true)).toMatchObject({ packageManager: "apt" });
    await expect(offline.invoke("host:index:getFacts", known({}), false)).rejects.toThrow(/JUPYTERHUB_HPC_OFFLINE/);
    await expect(offline.delete(FILE, "/etc/a", state)).rejects.toThrow(/JUPYTERHUB_HPC_OFFLINE/);
  });
});
