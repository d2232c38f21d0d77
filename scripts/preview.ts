/**
 * Previews stacks for CI: `npm run preview -- [STACK ...] [--markdown FILE] [--online]`. Without names, every stack in stacks/ but the box's.
 * Without --online nothing is contacted (JUPYTERHUB_HPC_OFFLINE): the configuration is still validated whole, and every resource shows as new.
 */
import { appendFileSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { previewStack } from "./preview-stack";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { markdown: { type: "string" }, online: { type: "boolean", default: false } },
});

const everyStack = readdirSync("stacks")
  .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
  .filter((stack) => !stack.startsWith("box-"));

const state = mkdtempSync(join(tmpdir(), "preview-"));
if (values.markdown) writeFileSync(values.markdown, "");
let failed = false;
for (const stack of positionals.length > 0 ? positionals : everyStack) {
  const { ok, text } = await previewStack(stack, { online: values.online, state });
  failed ||= !ok;
  console.log(`== ${stack}: ${ok ? "previewed" : "refused"}\n${text}`);
  if (values.markdown)
    appendFileSync(
      values.markdown,
      `### \`${stack}\`: ${ok ? "preview" : "**refused**"}\n\n\`\`\`diff\n${text}\n\`\`\`\n`,
    );
}
process.exit(failed ? 1 : 0);
