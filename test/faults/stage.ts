/** Who is there while things fail: alice with a kernel that remembers, and bob, who wants a server. */
import type { Page } from "playwright-core";
import { callApi } from "../abuse/hub-client";
import { stopServer } from "../abuse/options";
import { Session } from "../abuse/session";
import { startBrowser } from "../browser/browser";
import { keepKernel } from "./kernel";
import type { FaultSite, LiveJob } from "./site";

/** The stage of the fault suite. */
export interface Stage {
  site: FaultSite;
  browser: Awaited<ReturnType<typeof startBrowser>>;
  /** Alice's notebook. */
  page: Page;
  /** Alice's job, which must be there whatever is done. */
  job: LiveJob;
  /** Logged in, without a server. */
  bob: Session;
  /** What is to be put right whatever a test came to; last first. */
  undo: (() => Promise<unknown>)[];
}

/** Has both log in, and alice start a server and a kernel. */
export async function openStage(site: FaultSite): Promise<Stage> {
  const [alice, bob] = [new Session(site.authority), new Session(site.authority)];
  await Promise.all([site.logIn(alice, site.alice), site.logIn(bob, site.mallory)]);
  await Promise.all([stopServer(site, alice, site.alice.name), stopServer(site, bob, site.mallory.name)]);
  const browser = await startBrowser(site.box.netns(site.box.site.client ?? "").prefix);
  const page = await keepKernel(site, browser, site.alice);
  const [job] = await jobsOf(site, site.alice.name);
  if (job === undefined) throw new Error("alice has a notebook and no job");
  return { site, browser, page, job, bob, undo: [] };
}

/** Puts right what is not, and stops both servers. */
export async function closeStage(stage: Stage | undefined): Promise<void> {
  if (stage === undefined) return;
  const { site, browser, bob } = stage;
  await putRight(stage);
  await browser.close();
  await site.box.waitFor("the hub to answer", site.hubAnswers, 150);
  const alice = new Session(site.authority);
  await site.logIn(alice, site.alice);
  await Promise.all([stopServer(site, alice, site.alice.name), stopServer(site, bob, site.mallory.name)]);
}

/** Undoes what a test has noted. */
export async function putRight(stage: Stage): Promise<void> {
  for (const step of stage.undo.splice(0).reverse()) await step();
}

/** A user's jobs that wait or run. */
export async function jobsOf(site: FaultSite, user: string): Promise<LiveJob[]> {
  return (await site.live()).filter((job) => job.user === user);
}

/** Whether the proxy leads to alice's server: the server's own answer, which the hub never gives. */
export async function routeLeadsToAlice({ site }: Stage): Promise<boolean> {
  const address = `${site.url}/user/${site.alice.name}/api`;
  const answer = await new Session(site.authority).send(address, { timeoutSeconds: 10 }).catch(() => undefined);
  return answer?.text.includes('"version"') ?? false;
}

/** Bob asks for a server; the answer, and how many seconds it took. */
export async function bobAsks({ site, bob }: Stage): Promise<{ status: number; text: string; seconds: number }> {
  const began = Date.now();
  const path = `/users/${site.mallory.name}/server`;
  const { status, text } = await callApi(site, bob, path, { method: "POST", body: site.small.options });
  return { status, text, seconds: (Date.now() - began) / 1000 };
}

/** What bob reads where he would choose a server, and the seconds it took. */
export async function bobReads({ site, bob }: Stage): Promise<{ text: string; seconds: number }> {
  const began = Date.now();
  const { text } = await bob.visit(`${site.url}/hub/spawn`, { headers: { Accept: "text/html" } });
  return { text, seconds: (Date.now() - began) / 1000 };
}
