/** Two servers run, one of them its owner's enemy: tokens, the port API, secrets, a hostile home, the hub's neighbours. */
import { afterAll, beforeAll } from "vitest";
import { type Canary, canaryAbuse } from "../../abuse/canaries";
import { containerAbuse, containersOf } from "../../abuse/containers";
import { hostileHomeAbuse } from "../../abuse/hostile-home";
import { neighbourAbuse } from "../../abuse/neighbours";
import { portApiAbuse, portApiAbuseAround } from "../../abuse/port-api";
import { closeStage, openStage, type ServersOnStage } from "../../abuse/stage";
import { tokenAbuse } from "../../abuse/tokens";
import { vubUnderAttack } from "./abuse-site";

let stage: ServersOnStage;
beforeAll(async () => {
  stage = await openStage(await vubUnderAttack());
});
afterAll(() => closeStage(stage));

/** A line of a file on a host, as root reads it. */
async function line(host: string, path: string, number: number): Promise<string> {
  return (await stage.site.box.host(host).run(["sed", "-n", `${number}p`, path])).stdout.trim();
}

async function canaries(): Promise<Canary[]> {
  return [
    { what: "the token of alice's server", value: stage.servers.alice.token },
    { what: "the proxy's token", value: (await line("hub", "/etc/jupyterhub/proxy.env", 1)).split("=")[1] ?? "" },
    { what: "the hub's SSH key", value: await line("hub", "/etc/jupyterhub/ssh/id_ed25519", 2) },
    { what: "the certificate's key", value: await line("hub", "/etc/jupyterhub/tls/key.pem", 2) },
    { what: "the client's secret", value: stage.site.box.site.identityProvider?.clientSecret ?? "" },
    {
      what: "the key of the hub's cookies",
      value: await line("hub", "/var/lib/jupyterhub/state/jupyterhub_cookie_secret", 1),
    },
    { what: "alice's log-in", value: stage.sessions.alice.cookie(`${stage.site.url}/hub/`, "jupyterhub-hub-login") },
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

canaryAbuse(() => stage.seen, canaries, /#SBATCH --job-name/);
hostileHomeAbuse(() => stage);
tokenAbuse(() => stage);
portApiAbuse(() => stage);
neighbourAbuse(
  () => stage.site,
  () => ({ ...containersOf(stage.site), ...SECRETS }),
);
containerAbuse(() => stage.site);
portApiAbuseAround(() => stage);
