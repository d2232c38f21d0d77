/** docs/host-resources.md: every resource of the plugin, from the sources. */
import { z } from "zod";
import { providerArgs } from "../connection/configuration";
import { type AnyResource, fileNameOf, resources } from "../resources";
import { documentedClass, documentedInterface, examplesOf, type Member } from "./sdk-source";

const HEAD = `# Resources of the host plugin

Every resource of \`plugins/host/sdk\`, made from its sources (\`npm run docs\`). [host-plugin.md](host-plugin.md) tells what holds for all of them.

An argument marked **new** replaces the resource when it changes; every other change is made in place. Arguments without "required" or a default may be left out.
`;

/** What a schema makes of an argument that is not given. */
export function defaultOf(type: z.core.$ZodType): { optional: boolean; value: unknown } {
  const { success, data } = z.safeParse(type, undefined);
  return { optional: success, value: data };
}

/** Arguments that a person gives: without those that the provider fills in. */
export function givenArgs(args: z.ZodRawShape): [string, z.core.$ZodType][] {
  return Object.entries(args).filter(([, type]) => !(type as z.ZodType).meta?.()?.filledIn);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** A doc comment without its default, which has a column. */
function meaning(text: string): string {
  return text.replaceAll(/ ?Default (none|"[^"]*"|[a-z0-9]+)\./g, "").trim();
}

function argumentTable(members: readonly Member[], shape: z.ZodRawShape, replaceOn: readonly string[]): string[] {
  const rows = members.map(({ name, type, text }) => {
    const { optional, value } = defaultOf(shape[name] as z.core.$ZodType);
    const presence = !optional ? "**required**" : value === undefined ? "" : `\`${JSON.stringify(value)}\``;
    const mark = replaceOn.includes(name) ? " **new**" : "";
    return `| \`${name}\`${mark} | \`${cell(type)}\` | ${presence} | ${cell(meaning(text))} |`;
  });
  return ["| argument | type | default | meaning |", "|---|---|---|---|", ...rows];
}

function section(resource: AnyResource): string {
  const { name, purpose, tags, args, outputs } = documentedClass(fileNameOf(resource));
  const tag = (key: string) => tags.get(key) ?? "";
  const outputLines = outputs.map((output) => `- \`${output.name}\`: ${output.text}`);
  return [
    `## ${name}`,
    purpose,
    `- **Read from the host**: ${tag("reads")}.\n- **Deletion**: ${tag("deletion")}.\n- **Id**, for \`pulumi import\`: ${tag("id")}.`,
    argumentTable(args, resource.args, resource.replaceOn).join("\n"),
    ...(outputLines.length > 0 ? [`Outputs besides the arguments:\n\n${outputLines.join("\n")}`] : []),
    ...examplesOf(fileNameOf(resource)).map(({ title, code }) => `${title}\n\n\`\`\`ts\n${code}\n\`\`\``),
  ].join("\n\n");
}

function providerSection(): string {
  const { purpose, args } = documentedClass("provider");
  const endpoint = documentedInterface("provider", "Endpoint").map(({ name }) => `\`${name}\``);
  return [
    "## Provider",
    purpose,
    argumentTable(args, providerArgs, []).join("\n"),
    `\`jump\` is an \`Endpoint\`, which has ${endpoint.join(", ")}, as above.`,
  ].join("\n\n");
}

function factsSection(): string {
  const rows = documentedInterface("../facts/host-facts", "Facts").map(
    ({ name, type, text, optional }) =>
      `| \`${name}\` | \`${cell(type)}\` | ${cell(text)}${optional ? " Left out where there is none." : ""} |`,
  );
  return [
    "## getFacts",
    "What a host says about itself, asked while the program runs: `const facts = await getFacts(provider)`.",
    ["| fact | type | meaning |", "|---|---|---|", ...rows].join("\n"),
  ].join("\n\n");
}

/** The page. */
export function hostReference(): string {
  return `${[HEAD.trim(), providerSection(), factsSection(), ...resources.map(section)].join("\n\n")}\n`;
}
