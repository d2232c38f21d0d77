/** Anything that JSON can hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * A Python literal for plain data, over several lines where that reads better.
 *
 * @param value what to write; `null` becomes None. Undefined or non-finite numbers are refused.
 * @param indent columns the literal's later lines are indented by, a multiple of 4
 */
export function pythonLiteral(value: Plain, indent = 0): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "string") return pythonString(value);
  if (typeof value !== "object") throw new Error(`no Python literal for ${String(value)}`);
  const pad = " ".repeat(indent + 4);
  const close = `\n${" ".repeat(indent)}`;
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== "object" || item === null))
      return `[${value.map((item) => pythonLiteral(item)).join(", ")}]`;
    return `[${value.map((item) => `\n${pad}${pythonLiteral(item, indent + 4)},`).join("")}${close}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  return `{${entries.map(([key, item]) => `\n${pad}${pythonString(key)}: ${pythonLiteral(item, indent + 4)},`).join("")}${close}}`;
}

/** A Python string literal; a text of several lines becomes a triple-quoted one, so that a diff shows its lines. */
export function pythonString(text: string): string {
  if (!text.includes("\n")) return JSON.stringify(text);
  const escaped = text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"').replace(/"$/, '\\"');
  return `"""\\\n${escaped}"""`;
}
