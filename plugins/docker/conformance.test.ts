import { describe, expect, test } from "vitest";
import { declaredFields } from "../stand-in/declared";
import { GenuinePackage } from "../stand-in/genuine";
import { providerArgs } from "./engine/configuration";
import { network } from "./network";
import { DockerProvider } from "./provider";
import { remoteImage } from "./remote-image";
import replacements from "./replacements.json";

const genuine = new GenuinePackage("@pulumi/docker");

test("the stand-in and what is known of replacements are of the package's version", () => {
  expect(new DockerProvider().version).toBe(genuine.version);
  expect(replacements.version).toBe(genuine.version);
});

test("the provider takes the package's arguments", () => {
  expect(declaredFields(providerArgs)).toEqual(genuine.interface("provider", "ProviderArgs"));
});

describe.each([
  ["RemoteImage", "remoteImage", remoteImage],
  ["Network", "network", network],
] as const)("%s", (name, path, declared) => {
  const resource = genuine.resource(path, name);

  test("has the package's inputs, outputs and secrets", () => {
    const unserved = Object.keys(declared.unserved);
    const served = (fields: object) =>
      Object.fromEntries(Object.entries(fields).filter(([key]) => !unserved.includes(key)));
    expect(declared.token).toBe(resource.token);
    expect(Object.keys(declared.args).sort()).toEqual(Object.keys(resource.inputs).sort());
    expect(served(declaredFields(declared.args))).toEqual(served(resource.inputs));
    expect([...declared.outputs].sort()).toEqual(resource.outputs);
    expect(declared.secrets).toEqual([...resource.secrets, ...resource.secretInputs]);
  });

  test("is replaced for what the genuine one is replaced for", () => {
    expect([...declared.replaceOn].sort()).toEqual(replacements[name]);
    expect(resource.replaceOnChanges).toEqual([]);
  });
});
