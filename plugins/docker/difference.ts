import { isDeepStrictEqual } from "node:util";
import type { Plain, Properties } from "../rpc/properties";
import type { PropertyChange } from "../rpc/provider";
import type { DockerResource, Values } from "./resource";

function isTable(value: Plain | undefined): value is { [key: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as Terraform's library compares it: what says nothing is as good as absent, and a set has no order. */
function normal(value: Plain | undefined, isSet: boolean): Plain | undefined {
  if (value === undefined || value === null || value === false || value === "") return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item) => normal(item, false) ?? null);
    if (isSet) items.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    return items.length > 0 ? items : undefined;
  }
  if (!isTable(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const kept = key.startsWith("__") ? undefined : normal(item, false);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  entries.sort(([a], [b]) => a.localeCompare(b));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** The default that the genuine plugin compares an argument with where it is not given. */
const DEFAULTS: Values = { ipamDriver: "default" };

/** Tells which arguments differ from the state, as the genuine plugin does. */
export function differences(
  resource: DockerResource,
  state: Values,
  wanted: Properties,
): Record<string, PropertyChange> {
  const changes: Record<string, PropertyChange> = {};
  for (const key of Object.keys(resource.args)) {
    const replace = resource.replaceOn.includes(key);
    const isSet = resource.sets.includes(key);
    const old = normal(state[key], isSet);
    if (wanted.unknowns.has(key)) {
      changes[key] = { kind: old === undefined ? "add" : "update", replace };
      continue;
    }
    const given = normal(wanted.values[key] ?? DEFAULTS[key], isSet);
    if (given === undefined && resource.computed.includes(key)) continue;
    if (isDeepStrictEqual(old, given)) continue;
    changes[key] = { kind: old === undefined ? "add" : given === undefined ? "delete" : "update", replace };
  }
  return changes;
}
