import { isDeepStrictEqual } from "node:util";
import { isAsset, sameContent } from "./asset";
import type { Plain, Properties } from "./properties";
import type { PropertyChange } from "./provider";

function isTable(value: Plain | undefined): value is { [key: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isAsset(value);
}

/** The path of a key in a table, as Pulumi writes it. */
function pathTo(table: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${table}.${key}` : `${table}["${key.replaceAll(/["\\]/g, "\\$&")}"]`;
}

/** Whether a path is one of those, or lies in one of them. */
export function isWithin(path: string, paths: readonly string[]): boolean {
  return paths.some((outer) => path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`));
}

function compare(
  path: string,
  old: Plain | undefined,
  wanted: Plain | undefined,
  replace: boolean,
  changes: Record<string, PropertyChange>,
): void {
  if (isDeepStrictEqual(old, wanted) || sameContent(old, wanted)) return;
  if (isTable(old) && isTable(wanted)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)]))
      compare(pathTo(path, key), old[key], wanted[key], replace, changes);
  } else if (Array.isArray(old) && Array.isArray(wanted)) {
    for (let i = 0; i < Math.max(old.length, wanted.length); i++)
      compare(`${path}[${i}]`, old[i], wanted[i], replace, changes);
  } else {
    changes[path] = { kind: old === undefined ? "add" : wanted === undefined ? "delete" : "update", replace };
  }
}

/**
 * Tells which properties differ, with a path into lists and tables. A wanted property that is not known yet counts as changed.
 * @param considered Only these properties are compared.
 * @param replaceOn Those whose change means a new resource.
 */
export function compareProperties(
  old: Properties,
  wanted: Properties,
  considered: readonly string[],
  replaceOn: readonly string[],
): Record<string, PropertyChange> {
  const changes: Record<string, PropertyChange> = {};
  for (const key of considered) {
    const replace = replaceOn.includes(key);
    if (wanted.unknowns.has(key)) changes[key] = { kind: key in old.values ? "update" : "add", replace };
    else compare(key, old.values[key], wanted.values[key], replace, changes);
  }
  return changes;
}
