/** The edge: a stack's raw configuration from Pulumi, and the files it names. */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { localFile } from "./local-file";
import type { RawConfig } from "./validate";

/** The raw configuration of the stack being previewed or updated. `root`: the project's folder, to which relative paths in it refer. */
export function readStackConfig(root: string): RawConfig {
  const prefix = `${pulumi.getProject()}:`;
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(pulumi.runtime.allConfig())) {
    if (key.startsWith(prefix)) values[key.slice(prefix.length)] = parseValue(value);
  }
  return {
    stack: pulumi.getStack(),
    values,
    secretKeys: secretKeys(prefix),
    read: (path) => readFileSync(localFile(root, path), "utf8"),
    now: new Date(),
  };
}

/** Pulumi hands a structured value over as JSON and a plain one as its text: no key's text is one of these two words. */
function parseValue(value: string): unknown {
  if (value === "true" || value === "false") return value === "true";
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The engine tells the program which values it decrypted: environment variable PULUMI_CONFIG_SECRET_KEYS, a JSON list. */
function secretKeys(prefix: string): Set<string> {
  const listed: unknown = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]");
  const keys = Array.isArray(listed) ? listed.filter((k): k is string => typeof k === "string") : [];
  return new Set(keys.filter((k) => k.startsWith(prefix)).map((k) => k.slice(prefix.length)));
}
