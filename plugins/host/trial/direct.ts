/** Makes resources as the engine would have it, in a process without one: prints a line of JSON for each, and for each warning. */
import { readFileSync } from "node:fs";
import { known } from "../../rpc/properties";
import { HostProvider } from "../provider";
import type { Specification } from "./trial";

const { provider, resources } = JSON.parse(readFileSync(0, "utf8")) as Specification;
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const host = new HostProvider(false, (warning) => print({ warning }));
await host.configure("trial", known(provider as never));
// As every run does: what the host has to tell comes with the first words.
await host
  .invoke("host:index:getFacts", known({}), false)
  .catch((error: Error) => print({ name: "host", error: error.message }));
for (const { type, name, args } of resources) {
  const checked = await host.check(`host:index:${type}`, known(args as never));
  const error = checked.failures[0] ? `${checked.failures[0].property} ${checked.failures[0].reason}` : undefined;
  const made =
    error ?? (await host.create(`host:index:${type}`, checked.inputs, false).catch((reason: Error) => reason.message));
  print({ name, error: typeof made === "string" ? made : undefined });
}
process.exit(0);
