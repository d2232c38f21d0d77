/** Two servers run, one of them its owner's enemy: tokens, the port API, secrets, a hostile home, the hub's neighbours. */
import { afterAll, beforeAll } from "vitest";
import { type Canary, canaryAbuse, type Search, searchEverywhere } from "../../abuse/canaries";
import { containerAbuse, containersOf } from "../../abuse/containers";
import { hostileHomeAbuse, makeHomeHostile } from "../../abuse/hostile-home";
import { neighbourAbuse } from "../../abuse/neighbours";
import { stopServer } from "../../abuse/options";
import { portApiAbuse, portApiAbuseAround } from "../../abuse/port-api";
import { findServer, startServerOf } from "../../abuse/servers";
import { Session } from "../../abuse/session";
import type { AbuseSite } from "../../abuse/site";
import { type Stage, tokenAbuse } from "../../abuse/tokens";
import { vubUnderAttack } from "./abuse-site";

let site: AbuseSite;
let stage: Stage;
let search: Search | undefined;
let seen: Record<string, string> = {};
let clean: () => Promise<void> = async () => undefined;

beforeAll(async () => {
  site = await vubUnderAttack();
  const [alice, mallory] = [new Session(site.authority), new Session(site.authority)];
  await Promise.all([site.cancelAll(site.alice.name), site.cancelAll(site.mallory.name)]);
  await Promise.all([site.logIn(alice, site.alice), site.logIn(mallory, site.mallory)]);
  await Promise.all([stopServer(site, alice, site.alice.name), stopServer(site, mallory, site.mallory.name)]);
  clean = await makeHomeHostile({ site }, site.mallory.name);
  search = await searchEverywhere(site);
  try {
    await Promise.all([startServerOf(site, alice, site.alice), startServerOf(site, mallory, site.mallory)]);
    // Each logs in to the own server.
    await alice.visit(`${site.url}/user/${site.alice.name}/lab`);
    await mallory.visit(`${site.url}/user/${site.mallory.name}/lab`);
  } finally {
    seen = await search.stop();
  }
  const servers = {
    alice: await findServer(site, site.alice.name),
    mallory: await findServer(site, site.mallory.name),
  };
  stage = { site, sessions: { alice, mallory }, servers };
});

afterAll(async () => {
  if (stage)
    await Promise.all([
      stopServer(site, stage.sessions.alice, site.alice.name),
      stopServer(site, stage.sessions.mallory, site.mallory.name),
    ]);
  await clean();
});

/** A line of a file on a host, as root reads it. */
async function line(host: string, path: string, number: number): Promise<string> {
  return (await site.box.host(host).run(["sed", "-n", `${number}p`, path])).stdout.trim();
}

async function canaries(): Promise<Canary[]> {
  return [
    { what: "the token of alice's server", value: stage.servers.alice.token },
    { what: "the proxy's token", value: (await line("hub", "/etc/jupyterhub/proxy.env", 1)).split("=")[1] ?? "" },
    { what: "the hub's SSH key", value: await line("hub", "/etc/jupyterhub/ssh/id_ed25519", 2) },
    { what: "the certificate's key", value: await line("hub", "/etc/jupyterhub/tls/key.pem", 2) },
    { what: "the client's secret", value: site.box.site.identityProvider?.clientSecret ?? "" },
    {
      what: "the key of the hub's cookies",
      value: await line("hub", "/var/lib/jupyterhub/state/jupyterhub_cookie_secret", 1),
    },
    { what: "alice's log-in", value: stage.sessions.alice.cookie(`${site.url}/hub/`, "jupyterhub-hub-login") },
  ];
}

/** Paths that are the same in the hub's container and on its host, and those that are not. */
const SAME = [
  "/etc/jupyterhub/ssh/id_ed25519",
  "/etc/jupyterhub/secrets/oauth.json",
  "/etc/jupyterhub/jupyterhub_config.py",
];
const SECRETS = {
  ofTheHub: [...SAME, "/var/lib/jupyterhub/jupyterhub.sqlite", "/var/lib/jupyterhub/jupyterhub_cookie_secret"],
  onTheHost: [
    ...SAME,
    "/etc/jupyterhub/proxy.env",
    "/etc/jupyterhub/tls/key.pem",
    "/var/lib/jupyterhub/state/jupyterhub.sqlite",
    "/var/lib/jupyterhub/state/jupyterhub_cookie_secret",
  ],
  directories: ["/etc/jupyterhub", "/var/lib/jupyterhub", "/run/user"],
  others: ["nobody", "daemon"],
};

canaryAbuse(() => seen, canaries, /#SBATCH --job-name/);
hostileHomeAbuse(() => stage);
tokenAbuse(() => stage);
portApiAbuse(() => stage);
neighbourAbuse(
  () => site,
  () => ({ ...containersOf(site), ...SECRETS }),
);
containerAbuse(() => site);
portApiAbuseAround(() => stage);
