import type { ConfigProblem } from "../errors";
import type { ResolvedConfig } from "../files";
import { LOCAL_NODE } from "../login";

/** What goes with a hub on its host only, and what only with one in containers. */
export function onHostRules({ hub, login }: ResolvedConfig): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (login.local && !hub.onHost)
    problems.push({
      key: "login.local",
      message: "true needs hub.onHost: a hub in containers cannot start its host's commands",
      remedy: "set hub.onHost in the place of hub.image, or name login nodes in login.nodes",
    });
  if (login.local && login.nodes.some(({ name }) => name === LOCAL_NODE))
    problems.push({
      key: "login.nodes",
      message: `has a node ${JSON.stringify(LOCAL_NODE)}, which login.local: true calls the hub's own host`,
      remedy: "give that node another name",
    });
  if (hub.onHost && Object.keys(hub.extraHosts).length > 0)
    problems.push({
      key: "hub.extraHosts",
      message: "is for the hub's container, and hub.onHost has none",
      remedy: "put the names into /etc/hosts of the hub host",
    });
  if (hub.onHost && hub.account.length > 26)
    problems.push({
      key: "hub.account",
      message: `${JSON.stringify(hub.account)} leaves no room for the proxy's account, ${hub.account}-proxy, of at most 32 characters`,
      remedy: "choose a shorter name",
    });
  return problems;
}
