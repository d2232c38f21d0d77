/** Deployments that tests make: a real `pulumi up` of a box's stack, or of a variant of it (stack-file.ts). */
import { expect } from "vitest";
import type { Box } from "../../box/api";

/** `pulumi up` without questions, of a variant of the stack's file where one is given: how it ended and what it said. */
export function pulumiUp(box: Box, variant?: string) {
  const file = variant === undefined ? [] : ["--config-file", variant];
  return box.pulumi(["up", "--yes", "--skip-preview", "--non-interactive", ...file], { timeoutSeconds: 290 });
}

/** The same where it has to succeed. */
export async function up(box: Box, variant?: string): Promise<void> {
  const { exitCode, stdout, stderr } = await pulumiUp(box, variant);
  expect(exitCode, stdout.slice(-4000) + stderr).toBe(0);
}

/** And people get the log-in page afterwards. */
export async function deploy(box: Box, variant?: string): Promise<void> {
  await up(box, variant);
  const page = ["curl", "-skf", "-m", "10", "-o", "/dev/null", `${box.site.front?.url}/hub/login`];
  const answers = async () => (await box.netns(box.site.client ?? "").run(page)).exitCode === 0;
  await box.waitFor("the log-in page", answers, 90);
}
