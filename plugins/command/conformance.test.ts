import { remote } from "@pulumi/command/types/input.js";
import { expect, test } from "vitest";
import { z } from "zod";
import { declaredFields } from "../stand-in/declared";
import { GenuinePackage } from "../stand-in/genuine";
import { connectionArgs } from "./connection";
import { CommandProvider } from "./provider";
import { remoteCommand } from "./remote-command";

const genuine = new GenuinePackage("@pulumi/command");
const resource = genuine.resource("remote/command", "Command");

test("the stand-in says the version of the package it was compared with", () => {
  expect(new CommandProvider(() => undefined).version).toBe(genuine.version);
});

test("remote.Command has the package's inputs, outputs, secrets and replacements", () => {
  expect(remoteCommand.token).toBe(resource.token);
  expect(declaredFields(remoteCommand.args)).toEqual(resource.inputs);
  expect([...remoteCommand.outputs]).toEqual(resource.outputs);
  expect([...remoteCommand.secrets]).toEqual(resource.secrets);
  expect([...remoteCommand.secrets]).toEqual(resource.secretInputs);
  expect(remoteCommand.replaceOn.map((name) => `${name}[*]`)).toEqual(resource.replaceOnChanges);
});

test("defaults are those that the package fills in", () => {
  const endpoint = { host: "h" };
  const filled = z.object(connectionArgs).parse({ ...endpoint, proxy: endpoint });
  const { proxy: _, ...defaults } = remote.connectionArgsProvideDefaults(endpoint);
  expect(filled).toEqual({ ...defaults, proxy: remote.proxyConnectionArgsProvideDefaults(endpoint) });
});
