/** What Check says of arguments that are wrong, missing or unknown, for every kind of resource. */
import { describe, expect, it } from "vitest";
import { known } from "../../rpc/properties";
import { HostProvider } from "../provider";
import { resources } from ".";
import type { Values } from "./resource";

interface Row {
  /** Arguments that are right. */
  right: Values;
  /** For each required argument and some others, a value that is wrong. */
  wrong: Values;
  /** Those without which there is nothing to do. */
  required: string[];
}

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn";
const OWNED = { owner: "root;id", group: "" };

const rows: Record<string, Row> = {
  AuthorizedKey: {
    right: { user: "admin", key: KEY },
    wrong: { user: "-x", key: "no key at all", options: "a\nb", path: "relative" },
    required: ["user", "key"],
  },
  CertificateRequest: {
    right: { keyPath: "/etc/a", requestPath: "/etc/b", certPath: "/etc/c", names: ["a.example"] },
    wrong: { ...OWNED, keyPath: "a", requestPath: "/b/", certPath: "c", names: ["-x"] },
    required: ["keyPath", "requestPath", "certPath", "names"],
  },
  ContainerImage: {
    right: { user: "hub", reference: "localhost/x:1", pull: "localhost/x:1" },
    wrong: { user: "Hub", reference: "--all", pull: "a b", archive: 1 },
    required: ["user", "reference"],
  },
  Directory: {
    right: { path: "/etc/a" },
    wrong: { ...OWNED, path: "/", mode: "755", removeContents: "yes" },
    required: ["path"],
  },
  File: {
    right: { path: "/etc/a", content: "x" },
    wrong: {
      ...OWNED,
      path: "/etc/./a",
      content: 7,
      mode: "0888",
      validate: [],
      guarded: 1,
      reload: ["x"],
      sensitive: 0,
    },
    required: ["path", "content"],
  },
  Firewall: {
    right: { content: "table inet jupyterhub { }" },
    wrong: { content: 7, table: "a b", path: "x" },
    required: ["content"],
  },
  KeyPair: {
    right: { path: "/etc/a" },
    wrong: { ...OWNED, path: "a", type: "dsa", comment: "a\nb" },
    required: ["path"],
  },
  Package: { right: { names: ["nginx"] }, wrong: { names: ["nginx", "-y"] }, required: ["names"] },
  PythonEnvironment: {
    right: { path: "/apps/x", requirements: "a==1 --hash=sha256:0" },
    wrong: {
      ...OWNED,
      path: "/a b",
      requirements: "",
      python: "python3",
      remoteWheelhouse: "x",
      files: { "../x": "" },
    },
    required: ["path"],
  },
  RandomSecret: {
    right: { path: "/etc/a" },
    wrong: { ...OWNED, path: "/etc/..", bytes: 8, prefix: "a\nb", mode: "rw" },
    required: ["path"],
  },
  SelfSignedCertificate: {
    right: { certPath: "/etc/a", keyPath: "/etc/b", names: ["a.example"] },
    wrong: { ...OWNED, certPath: "a", keyPath: "/b/", names: ["-x"], days: 0 },
    required: ["certPath", "keyPath", "names"],
  },
  Sysctl: {
    right: { name: "a.b", value: "1" },
    wrong: { name: "../a", value: "", atLeast: "yes" },
    required: ["name", "value"],
  },
  SystemdUnit: {
    right: { name: "a.service" },
    wrong: { name: "a", content: 1, enabled: "yes", active: 1, triggers: "x", reloadTriggers: [1], startTimeout: 0 },
    required: ["name"],
  },
  User: {
    right: { name: "a" },
    wrong: { name: "root:x", home: "x", shell: "sh", groups: ["a b"], subids: "yes", linger: 1, system: "no" },
    required: ["name"],
  },
};

const provider = new HostProvider(false);

async function failures(type: string, values: Values): Promise<{ property: string; reason: string }[]> {
  return (await provider.check(`host:index:${type}`, known(values))).failures;
}

it("knows a right and a wrong value for every kind", () => {
  expect(Object.keys(rows).sort()).toEqual(resources.map(({ type }) => type).sort());
});

describe.each(Object.entries(rows))("%s", (type, { right, wrong, required }) => {
  it("takes what is right", async () => {
    expect(await failures(type, right)).toEqual([]);
  });

  it.each(Object.entries(wrong))(
    "names %s when it is wrong, in words and without the value",
    async (property, value) => {
      const found = await failures(type, { ...right, [property]: value });
      expect(found.map((failure) => failure.property)).toEqual([property]);
      expect(found[0]?.reason).toMatch(/\w+ \w+/);
      const text = typeof value === "string" && value.length > 3 ? value : undefined;
      if (text !== undefined) expect(found[0]?.reason).not.toContain(text);
    },
  );

  it.each(required)("names %s when it is missing", async (property) => {
    const { [property]: _, ...rest } = right;
    expect(await failures(type, rest)).toEqual([{ property, reason: "is required" }]);
  });

  it("names what it does not know, and says what it knows", async () => {
    const found = await failures(type, { ...right, pathh: "x" });
    expect(found.map((failure) => failure.property)).toEqual(["pathh"]);
    expect(found[0]?.reason).toContain(required[0]);
  });
});
