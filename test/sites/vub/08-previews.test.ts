/** Every stack in stacks/ previews: the box's own against its hosts, the others without contacting anything, as CI does it. */
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { previewStack } from "../../../scripts/preview-stack";

const state = mkdtempSync(join(tmpdir(), "previews-"));
const stacks = readdirSync("stacks").flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);

test("there are stacks to preview", () => {
  expect(stacks).toEqual(expect.arrayContaining(["prod", "dev", "box-vub"]));
});

test.each(stacks.filter((stack) => !stack.startsWith("box-")))("%s", async (stack) => {
  const { ok, text } = await previewStack(stack, { online: false, state });
  expect(ok, text).toBe(true);
  expect(text).toContain("jupyterhub-hub.service");
  expect(text).not.toContain("an-example-secret");
});
