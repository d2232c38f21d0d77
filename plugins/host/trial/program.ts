/** A Pulumi program for tests: makes the resources that the JSON file in TRIAL_SPECIFICATION lists. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as host from "../sdk";
import type { Specification } from "./trial";

const specification = JSON.parse(readFileSync(process.env.TRIAL_SPECIFICATION ?? "", "utf8")) as Specification;
const provider = new host.Provider("trial", specification.provider);
export const facts = specification.facts ? await host.getFacts(provider) : undefined;

type Constructor = new (
  name: string,
  args: Record<string, unknown>,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

const made = new Map<string, pulumi.CustomResource>();
for (const { type, name, args, secrets, after } of specification.resources) {
  const hidden = Object.fromEntries((secrets ?? []).map((key) => [key, pulumi.secret(args[key])]));
  const dependsOn = (after ?? []).map((other) => made.get(other)).filter((other) => other !== undefined);
  const make = (host as unknown as Record<string, Constructor>)[type];
  if (make === undefined) throw new Error(`there is no resource ${type}`);
  made.set(name, new make(name, { ...args, ...hidden }, { provider, dependsOn }));
}
