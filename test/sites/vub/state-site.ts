/** What the tests of the hub's state do on the VUB site: its hub host, and a kernel that has to go on. */
import type { Page } from "playwright-core";
import type { Box } from "../../../box/api";
import { newPerson, type startBrowser } from "../../browser/browser";
import { chooseResources, logIn, startServer } from "../../browser/person";
import { hubHost, rememberInKernel } from "../hub-host";

export { kernelGoesOn } from "../hub-host";

/** The hub's address, for people. */
export const URL = "https://hub.localhost:8443";
/** The hub's state, on its host. */
export const STATE = "/var/lib/jupyterhub/state";
/** Seconds in milliseconds for tests of restores and deployments, each in a container or two of its own. */
export const SLOW = 600_000;

/** The site, as these tests use it. */
export function stateSite(box: Box) {
  const host = hubHost(box);
  const { hub, hubIsUp } = host;

  /** Ends what runs. */
  async function endJobs(): Promise<void> {
    const jobs = async () => (await box.host("slurm").run(["squeue", "--noheader"])).stdout.trim();
    if ((await jobs()) === "") return;
    await box.host("slurm").run(["scancel", "--name=jupyterhub"]);
    await box.waitFor("the queue to be empty", async () => (await jobs()) === "", 90);
    await hub("systemctl restart jupyterhub-hub"); // a starting hub asks after each server
    await hubIsUp();
  }

  return { ...host, endJobs };
}

/** Logs in, starts a server and gives its kernel something to remember. */
export async function keepKernel(browser: Awaited<ReturnType<typeof startBrowser>>, user: string): Promise<Page> {
  const page = await (await newPerson(browser.browser)).newPage();
  await logIn(page, URL, user, `${user}-box`);
  await chooseResources(page, { partition: "short", cores: 1, runtime: "1:00:00" });
  await startServer(page, user);
  await rememberInKernel(page);
  return page;
}
