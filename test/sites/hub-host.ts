/** What the tests of the hub's state do on every site: commands on the hub host, doctor, deployments, and what people see meanwhile. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Box } from "../../box/api";
import { newNotebook, runCell } from "../browser/person";
import { up } from "./deploy";
import { hubAnswers } from "./hub-answers";

/** The hub's host of a site that is up. */
export function hubHost(box: Box) {
  const url = box.site.front?.url ?? "";

  /** A shell command on the hub host, which has to succeed. */
  async function hub(command: string): Promise<string> {
    const { stdout, stderr, exitCode } = await box.host("hub").run(["sh", "-c", command], { timeoutSeconds: 120 });
    expect(exitCode, command + stdout + stderr).toBe(0);
    return stdout.trim();
  }

  /** `npm run doctor -- ARGS` where Pulumi runs. */
  async function doctor(...args: string[]): Promise<{ text: string; exitCode: number }> {
    const { stdout, stderr, exitCode } = await box
      .netns("admin")
      .run(["npx", "tsx", "doctor/cli.ts", ...args], { timeoutSeconds: 240 });
    return { text: stdout + stderr, exitCode };
  }

  /** Waits until the hub itself answers. */
  const hubIsUp = () => box.waitFor("the hub to answer", () => hubAnswers(box), 120);

  /** What the front page shows. */
  async function frontPage(): Promise<string> {
    return (await box.netns("outside").run(["curl", "-skL", "-m", "10", `${url}/hub/login`])).stdout;
  }

  /** The serial number of the certificate that somebody outside is shown. */
  async function served(address: string): Promise<string> {
    const look = `openssl s_client -connect ${address}:443 </dev/null 2>/dev/null | openssl x509 -noout -serial`;
    return (await box.netns("outside").run(["sh", "-c", look])).stdout.trim();
  }

  /** The hub takes a person's cookie of before, and knows his server. */
  async function knowsServerOf(page: Page): Promise<void> {
    const home = await page.context().newPage();
    await home.goto(`${url}/hub/home`);
    await home.locator("#stop").waitFor();
    await home.close();
  }

  return { knowsServerOf, hub, doctor, up: (variant?: string) => up(box, variant), hubIsUp, frontPage, served };
}

/** Gives the kernel of somebody's server something to remember. */
export async function rememberInKernel(page: Page): Promise<void> {
  await newNotebook(page);
  await runCell(page, "answer = 6 * 7\nprint('kept')");
}

/** Over the connection that is open, the kernel knows its variable. */
export async function kernelGoesOn(page: Page): Promise<void> {
  expect(await runCell(page, "print('still', answer)")).toBe("still 42");
}
