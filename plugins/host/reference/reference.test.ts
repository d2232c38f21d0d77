import { existsSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { known } from "../../rpc/properties";
import { providerArgs } from "../connection/configuration";
import { HostProvider } from "../provider";
import { fileNameOf, resources } from "../resources";
import type { Values } from "../resources/resource";
import { Provider } from "../sdk";
import { defaultOf, givenArgs, hostReference } from "./reference";
import { documentedClass, type Member } from "./sdk-source";

/** The default that a doc comment states in full: a text, a number, true or false, or none. */
function statedDefault(text: string): unknown {
  const stated = /Default (none|"[^"]*"|true|false|\d+)(?=[.,])/.exec(text)?.[1];
  return stated === undefined || stated === "none" ? stated : JSON.parse(stated);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === "" || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}

function expectSame(members: readonly Member[], shape: z.ZodRawShape): void {
  expect(members.map(({ name }) => name).sort()).toEqual(
    givenArgs(shape)
      .map(([name]) => name)
      .sort(),
  );
  for (const { name, optional, text } of members) {
    const { optional: mayBeMissing, value } = defaultOf(shape[name] as z.core.$ZodType);
    expect(text, `${name} has no doc comment`).not.toBe("");
    expect(optional, `${name} is optional in one of the two`).toBe(mayBeMissing);
    const stated = statedDefault(text);
    if (isNothing(value)) expect([undefined, "none"], `${name} has no default`).toContain(stated);
    else expect(stated, `the default of ${name}`).toEqual(value);
  }
}

describe.each(resources.map((resource) => [resource.type, resource] as const))(
  "the reference of %s",
  (type, resource) => {
    const { name, purpose, tags, args, outputs } = documentedClass(fileNameOf(resource));

    it("has the arguments of the schema, required and with defaults as they are there", () => {
      expect(name).toBe(type);
      expectSame(args, resource.args);
    });

    it("says which arguments replace the resource", () => {
      const said = args.filter(({ text }) => /replaces? the resource|resource is replaced/.test(text));
      expect(said.map((arg) => arg.name).sort()).toEqual([...resource.replaceOn].sort());
    });

    it("tells its purpose, what is read, what deletion does and the id of an import", () => {
      expect(purpose).not.toBe("");
      expect([...tags.keys()].sort()).toEqual(["deletion", "id", "reads"]);
      for (const output of outputs) {
        expect(output.text, `${output.name} has no doc comment`).not.toBe("");
        expect(Object.keys(resource.outputs)).toContain(output.name);
      }
    });
  },
);

describe("the reference of the provider", () => {
  it("has the arguments of the schema", () => {
    const { version, pluginDownloadURL, ...shape } = providerArgs;
    expectSame(documentedClass("provider").args, shape);
  });
});

describe("the examples", () => {
  const made: { type: string; inputs: Values }[] = [];
  let provider: Provider;

  beforeEach(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ type, name, inputs }) => {
        if (type.startsWith("host:index:")) made.push({ type, inputs: inputs as Values });
        return { id: `${name}-id`, state: { ...inputs, publicKey: "ssh-ed25519 AAAA", sha256: "ab", revision: "r" } };
      },
      call: () => ({ packageManager: "dnf" }),
    });
    provider = new Provider("host", { address: "192.0.2.1", user: "root", hostKeys: [], agent: true });
  });

  it.each(resources.map((resource) => [resource.type, resource] as const))(
    "of %s are accepted",
    async (type, resource) => {
      made.splice(0);
      const examples = (await import(`../sdk/examples/${fileNameOf(resource)}.ts`)) as Record<
        string,
        (...providers: Provider[]) => unknown
      >;
      for (const example of Object.values(examples)) await example(provider, provider);
      // What follows from an output reaches the mocks later.
      await pulumi.runtime.disconnect();
      expect(made.map((resource) => resource.type)).toContain(`host:index:${type}`);
      for (const { type, inputs } of made) {
        const { failures } = await new HostProvider(false).check(type, known(inputs));
        const archives = failures.filter(({ reason }) => !reason.includes("Build it first"));
        expect(archives, type).toEqual([]);
      }
    },
  );
});

describe("the page", () => {
  it("has every resource, and nothing is left empty", () => {
    const page = hostReference();
    for (const { type } of resources) expect(page).toContain(`\n## ${type}\n`);
    expect(page).not.toMatch(/undefined|: \.$|\| +\|$/m);
    expect(existsSync("docs/host-resources.md")).toBe(true);
  });
});
