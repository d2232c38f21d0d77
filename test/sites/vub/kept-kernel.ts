/** A person with a notebook whose kernel has to keep its variables, whatever is done to the machines around it. */
import type { Page } from "playwright-core";
import type { Box } from "../../../box/api";
import { newPerson, type startBrowser } from "../../browser/browser";
import { chooseResources, logIn, newNotebook, runCell, startServer } from "../../browser/person";

/** The hub's address, for people. */
export const URL = "https://hub.localhost:8443";

/** Every job of the hub that waits or runs: id, user, state and node. */
export async function liveJobs(box: Box): Promise<string[]> {
  const { stdout } = await box.host("slurm").run(["squeue", "--noheader", "--format=%i %u %T %N"]);
  return stdout.trim().split("\n").filter(Boolean);
}

/** Whether the hub itself answers. */
export async function hubAnswers(box: Box): Promise<boolean> {
  const probe = ["curl", "-skf", "-m", "5", "-o", "/dev/null", "https://10.77.0.10:8081/hub/health"];
  return (await box.netns("admin").run(probe)).exitCode === 0;
}

/** Whether the proxy leads to a user's server: the server's own answer, which the hub never gives. */
export async function routeLeadsTo(box: Box, user: string): Promise<boolean> {
  const { stdout } = await box
    .netns("outside")
    .run([
      "curl",
      "-sk",
      "-m",
      "5",
      "--resolve",
      "hub.localhost:443:10.88.0.10",
      `https://hub.localhost/user/${user}/api`,
    ]);
  return stdout.includes('"version"');
}

/** Ends what runs, so that a test starts where a new user would. */
export async function endAllJobs(box: Box): Promise<void> {
  if ((await liveJobs(box)).length === 0) return;
  await box.host("slurm").run(["scancel", "--name=jupyterhub"]);
  await box.waitFor("the queue to be empty", async () => (await liveJobs(box)).length === 0, 90);
  await box.host("hub").run(["systemctl", "restart", "jupyterhub-hub.service"]); // a starting hub asks after each server
  await box.waitFor("the hub to answer", () => hubAnswers(box), 120);
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

/** What the kernel remembers, in a page loaded anew. */
export async function remembered(page: Page): Promise<string> {
  await page.reload();
  await page.locator(".jp-Notebook .jp-CodeCell .cm-content").first().waitFor({ timeout: 120_000 });
  await page
    .locator("#jp-main-statusbar")
    .getByText(/\| Idle/)
    .waitFor({ timeout: 120_000 });
  return runCell(page, "print('still', answer)");
}
