/** What the tests of the hub's state do on the VUB site: commands on the hub host, doctor, deployments, and a kernel that has to go on. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Box } from "../../../box/api";
import { newPerson, type startBrowser } from "../../browser/browser";
import { chooseResources, logIn, newNotebook, runCell, startServer } from "../../browser/person";
import { up } from "../deploy";
import { hubAnswers } from "../hub-answers";

/** The hub's address, for people. */
export const URL = "https://hub.localhost:8443";
/** The hub's state, on its host. */
export const STATE = "/var/lib/jupyterhub/state";
/** Seconds in milliseconds for tests of restores and deployments, each in a container or two of its own. */
export const SLOW = 600_000;

/** The site, as these tests use it. */
export function stateSite(box: Box) {
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
    return (await box.netns("outside").run(["curl", "-skL", "-m", "10", `${URL}/hub/login`])).stdout;
  }

  /** Ends what runs. */
  async function endJobs(): Promise<void> {
    const jobs = async () => (await box.host("slurm").run(["squeue", "--noheader"])).stdout.trim();
    if ((await jobs()) === "") return;
    await box.host("slurm").run(["scancel", "--name=jupyterhub"]);
    await box.waitFor("the queue to be empty", async () => (await jobs()) === "", 90);
    await hub("systemctl restart jupyterhub-hub"); // a starting hub asks after each server
    await hubIsUp();
  }

  /** The hub takes a person's cookie of before, and knows his server. */
  async function knowsServerOf(page: Page): Promise<void> {
    const home = await page.context().newPage();
    await home.goto(`${URL}/hub/home`);
    await home.locator("#stop").waitFor();
    await home.close();
  }

  return { knowsServerOf, hub, doctor, up: (variant?: string) => up(box, variant), hubIsUp, frontPage, endJobs };
}

/** Logs in, starts a server and gives its kernel something to remember. */
export async function keepKernel(browser: Awaited<ReturnType<typeof startBrowser>>, user: string): Promise<Page> {
  const page = await (await newPerson(browser.browser)).newPage();
  await logIn(page, URL, user, `${user}-box`);
  await chooseResources(page, { partition: "short", cores: 1, runtime: "1:00:00" });
  await startServer(page, user);
  await newNotebook(page);
  await runCell(page, "answer = 6 * 7\nprint('kept')");
  return page;
}

/** Over the connection that is open, the kernel knows its variable. */
export async function kernelGoesOn(page: Page): Promise<void> {
  expect(await runCell(page, "print('still', answer)")).toBe("still 42");
}
