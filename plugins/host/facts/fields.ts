/** Reads the "name value" lines that scripts answer with. A name that comes more than once keeps its last value. */
export function parseFields(stdout: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of stdout.split("\n")) {
    if (line === "") continue;
    const space = line.indexOf(" ");
    fields.set(space < 0 ? line : line.slice(0, space), space < 0 ? "" : line.slice(space + 1));
  }
  return fields;
}
