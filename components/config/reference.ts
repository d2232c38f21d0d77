/** The reference of every configuration key, as Markdown, from the schema. */
import { z } from "zod";
import { stackSchema } from "./schema";

type Node = z.core.JSONSchema.JSONSchema & { secret?: boolean };

interface Row {
  key: string;
  kind: string;
  presence: string;
  text: string;
}

const HEAD = `# Configuration

Every key of \`stacks/Pulumi.NAME.yaml\`, below \`config:\`, with the prefix \`jupyterhub-hpc:\`. This page is made from the schema (\`npm run docs\`).

- A key that is not on this page is refused, and so is a wrong type or a contradiction, before anything touches a host.
- Relative paths start at the project's folder; \`~\` is your home directory.
- A *secret* is set by \`pulumi config set --secret --path 'jupyterhub-hpc:KEY'\`; in plain text it is refused.
- \`NAME\` and \`[]\` in a key stand for a name of your choice and for each entry of a list.
`;

/** docs/configuration.md. */
export function configurationReference(): string {
  const schema = z.toJSONSchema(stackSchema, { io: "input", unrepresentable: "any" }) as Node;
  const sections = Object.entries(schema.properties ?? {}).map(([key, node]) => {
    const required = schema.required?.includes(key) ?? false;
    const rows = rowsOf(key, node as Node, required);
    return [`## ${key}`, "", ...table(rows)].join("\n");
  });
  return `${[HEAD, ...sections].join("\n")}`;
}

function rowsOf(key: string, node: Node, required: boolean): Row[] {
  const own: Row = { key, kind: kindOf(node), presence: presenceOf(node, required), text: node.description ?? "" };
  const children = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    rowsOf(`${key}.${name}`, child as Node, node.required?.includes(name) ?? false),
  );
  const items = node.items as Node | undefined;
  const list = items?.properties ? childRows(`${key}[]`, items) : [];
  const values = node.additionalProperties as Node | boolean | undefined;
  const record = typeof values === "object" && values.properties ? childRows(`${key}.NAME`, values) : [];
  const alternatives = (node.anyOf ?? []).flatMap((choice) => childRows(key, choice as Node));
  return [own, ...children, ...list, ...record, ...alternatives];
}

function childRows(key: string, node: Node): Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    rowsOf(`${key}.${name}`, child as Node, node.required?.includes(name) ?? false),
  );
}

function kindOf(node: Node): string {
  if (node.secret) return "secret";
  if (node.enum) return node.enum.map((v) => `\`${String(v)}\``).join(" or ");
  if (node.anyOf) return "one of the forms below";
  if (node.type === "array") return `list of ${kindOf(node.items as Node)}`;
  if (node.type === "object") return node.properties ? "section" : "names to values";
  if (node.type === "integer" || node.type === "number") return range(node);
  if (node.type === "boolean") return "true or false";
  return "text";
}

function range(node: Node): string {
  const { minimum, maximum } = node;
  const bounded = minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const word = node.type === "integer" ? "integer" : "number";
  return bounded
    ? `${word}, ${minimum} to ${maximum}`
    : minimum !== undefined && minimum > -Number.MAX_SAFE_INTEGER
      ? `${word}, at least ${minimum}`
      : word;
}

function presenceOf(node: Node, required: boolean): string {
  if (node.default !== undefined) return node.type === "object" ? "optional" : `\`${JSON.stringify(node.default)}\``;
  return required ? "**required**" : "optional";
}

function table(rows: readonly Row[]): string[] {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  return [
    "| key | type | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rows.map((row) => `| \`${row.key}\` | ${cell(row.kind)} | ${cell(row.presence)} | ${cell(row.text)} |`),
    "",
  ];
}
