/** Both users have a server, and all that a second user could see while these started was looked at. */
import { searchEverywhere } from "./canaries";
import { makeHomeHostile } from "./hostile-home";
import { stopServer } from "./options";
import { findServer, startServerOf } from "./servers";
import { Session } from "./session";
import type { AbuseSite } from "./site";
import type { Stage } from "./tokens";

/** The stage, and what it took to set it. */
export interface ServersOnStage extends Stage {
  /** What was seen, by host. */
  seen: Record<string, string>;
  clean(): Promise<void>;
}

/** Starts both servers, the attacker's from a home that does its worst. */
export async function openStage(site: AbuseSite): Promise<ServersOnStage> {
  const [alice, mallory] = [new Session(site.authority), new Session(site.authority)];
  await Promise.all([site.cancelAll(site.alice.name), site.cancelAll(site.mallory.name)]);
  await Promise.all([site.logIn(alice, site.alice), site.logIn(mallory, site.mallory)]);
  await Promise.all([stopServer(site, alice, site.alice.name), stopServer(site, mallory, site.mallory.name)]);
  const clean = await makeHomeHostile({ site }, site.mallory.name);
  const search = await searchEverywhere(site);
  let seen: Record<string, string> = {};
  try {
    await Promise.all([startServerOf(site, alice, site.alice), startServerOf(site, mallory, site.mallory)]);
    // Each logs in to the own server.
    await alice.visit(`${site.url}/user/${site.alice.name}/lab`);
    await mallory.visit(`${site.url}/user/${site.mallory.name}/lab`);
  } catch (error) {
    await clean();
    throw error;
  } finally {
    seen = await search.stop();
  }
  const servers = {
    alice: await findServer(site, site.alice.name),
    mallory: await findServer(site, site.mallory.name),
  };
  return { site, sessions: { alice, mallory }, servers, seen, clean };
}

/** Stops both, and gives the attacker his home back. */
export async function closeStage(stage: ServersOnStage | undefined): Promise<void> {
  if (stage === undefined) return;
  const { site, sessions } = stage;
  await Promise.all([
    stopServer(site, sessions.alice, site.alice.name),
    stopServer(site, sessions.mallory, site.mallory.name),
  ]);
  await stage.clean();
}
