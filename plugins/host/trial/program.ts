/** A Pulumi program for tests: makes the resources that the JSON file in TRIAL_SPECIFICATION lists. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as host from "../sdk";
import type { Specification } from "./trial";

const specification = JSON.parse(readFileSync(process.env.TRIAL_SPECIFICATION ?? "", "utf8")) as Specification;
const providers = Object.fromEntries(
  Object.entries({ trial: specification.provider, ...specification.others }).map(([name, way]) => [
    name,
    new host.Provider(name, way),
  ]),
);
export const facts = specification.facts ? await host.getFacts(providers.trial as host.Provider) : undefined;

type Constructor = new (
  name: string,
  args: Record<string, unknown>,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

function assetsIn(args: Record<string, unknown>): Record<string, unknown> {
  const { content } = args as { content?: { asset?: string } };
  return content?.asset === undefined ? args : { ...args, content: new pulumi.asset.FileAsset(content.asset) };
}

const made = new Map<string, pulumi.CustomResource>();
for (const { type, name, args, secrets, after, on = "trial", options } of specification.resources) {
  const given = assetsIn(args);
  const hidden = Object.fromEntries((secrets ?? []).map((key) => [key, pulumi.secret(given[key])]));
  const dependsOn = (after ?? []).map((other) => made.get(other)).filter((other) => other !== undefined);
  const make = (host as unknown as Record<string, Constructor>)[type];
  if (make === undefined) throw new Error(`there is no resource ${type}`);
  const deletedWith = made.get(options?.deletedWith ?? "");
  made.set(
    name,
    new make(name, { ...given, ...hidden }, { ...options, deletedWith, provider: providers[on], dependsOn }),
  );
}
