import { z } from "zod";
import type { Plain, Properties } from "./properties";
import type { Checked, CheckFailure } from "./provider";

function reasons(error: z.ZodError): string {
  return error.issues
    .map(
      (issue) =>
        (issue.path.length > 0
          ? `at ${issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("")}: `
          : "") + issue.message,
    )
    .join("; ");
}

/**
 * Checks arguments one by one, fills in defaults, and leaves alone what is not known yet. A value never appears in a failure: it may be secret.
 */
export function checkProperties(what: string, shape: z.ZodRawShape, given: Properties): Checked {
  const values: Record<string, Plain> = {};
  const failures: CheckFailure[] = [];
  for (const key of [...Object.keys(given.values), ...given.unknowns]) {
    if (!(key in shape) && !key.startsWith("__"))
      failures.push({
        property: key,
        reason: `${what} has no argument "${key}". It has: ${Object.keys(shape).join(", ")}`,
      });
  }
  for (const [key, type] of Object.entries(shape)) {
    if (given.unknowns.has(key)) continue;
    const parsed = z.safeParse(type, given.values[key]);
    if (!parsed.success)
      failures.push({ property: key, reason: key in given.values ? reasons(parsed.error) : "is required" });
    else if (parsed.data !== undefined) values[key] = parsed.data as Plain;
  }
  return { inputs: { values, secrets: new Set(given.secrets), unknowns: new Set(given.unknowns) }, failures };
}
