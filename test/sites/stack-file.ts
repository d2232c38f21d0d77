/** Variants of a site's stack file, for tests that deploy or refuse another configuration. */
import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";

/** A key below `config:` as path, and its value; `undefined` removes it. */
export type Change = [path: string[], value: unknown];

/** Writes the stack's file to `file` with some keys changed. */
export function writeVariant(stack: string, file: string, changes: readonly Change[]): string {
  const document = parseDocument(readFileSync(`stacks/Pulumi.${stack}.yaml`, "utf8"));
  for (const [[top = "", ...rest], value] of changes) {
    const steps = rest.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const path = ["config", `jupyterhub-hpc:${top}`, ...steps];
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  writeFileSync(file, document.toString());
  return file;
}
