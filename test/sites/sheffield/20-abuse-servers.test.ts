/** Two servers run, one of them its owner's enemy: tokens, the port API, secrets, a hostile home, the hub's neighbours. */
import { afterAll, beforeAll } from "vitest";
import { canaryAbuse } from "../../abuse/canaries";
import { hostileHomeAbuse } from "../../abuse/hostile-home";
import { neighbourAbuse } from "../../abuse/neighbours";
import { portApiAbuse, portApiAbuseAround } from "../../abuse/port-api";
import { closeStage, openStage, type ServersOnStage } from "../../abuse/stage";
import { tokenAbuse } from "../../abuse/tokens";
import { sheffieldUnderAttack } from "./abuse-site";
import { neighboursOf } from "./neighbours";

let stage: ServersOnStage;
beforeAll(async () => {
  stage = await openStage(await sheffieldUnderAttack());
});
afterAll(() => closeStage(stage));

/** A line of a file on the hub host, as root reads it. */
async function line(path: string, number: number): Promise<string> {
  return (await stage.site.box.host("hub").run(["sed", "-n", `${number}p`, path])).stdout.trim();
}

const canaries = async () => [
  { what: "the token of alice's server", value: stage.servers.alice.token },
  { what: "the proxy's token", value: (await line("/etc/jupyterhub/proxy.env", 1)).split("=")[1] ?? "" },
  { what: "the certificate's key", value: await line("/etc/jupyterhub/ssl/key.pem", 2) },
  { what: "the key of the hub's cookies", value: await line("/srv/jupyterhub/state/jupyterhub_cookie_secret", 1) },
  { what: "alice's log-in", value: stage.sessions.alice.cookie(`${stage.site.url}/hub/`, "jupyterhub-hub-login") },
];

canaryAbuse(() => stage.seen, canaries, /#\$ -N jupyterhub-/);
hostileHomeAbuse(() => stage);
tokenAbuse(() => stage);
portApiAbuse(() => stage);
neighbourAbuse(
  () => stage.site,
  () => neighboursOf(stage.site),
);
portApiAbuseAround(() => stage);
