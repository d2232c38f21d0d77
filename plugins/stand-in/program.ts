/** A Pulumi program for tests: makes the resources of the genuine npm packages that the JSON file in TRIAL_SPECIFICATION lists. */
import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Specification } from "./trial";

type Constructor = new (
  name: string,
  args: Record<string, unknown>,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

const KINDS = {
  command: command.remote.Command,
  image: docker.RemoteImage,
  network: docker.Network,
} as unknown as Record<string, Constructor>;

const { engine, resources } = JSON.parse(readFileSync(process.env.TRIAL_SPECIFICATION ?? "", "utf8")) as Specification;
const provider = engine && new docker.Provider("engine", engine);

const made: Record<string, pulumi.CustomResource> = {};
for (const { kind, name, args, secrets, after, options } of resources) {
  const hidden = Object.fromEntries((secrets ?? []).map((key) => [key, pulumi.secret(args[key])]));
  const make = KINDS[kind];
  if (make === undefined) throw new Error(`there is no ${kind}`);
  const dependsOn = (after ?? []).map((other) => made[other]).filter((other) => other !== undefined);
  const common = { ...options, dependsOn, ...(kind === "command" ? {} : { provider }) };
  made[name] = new make(name, { ...args, ...hidden }, common);
}
export const outputs = made;
