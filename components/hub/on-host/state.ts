import { quote } from "../../../plugins/host/connection/command";
import type { ResolvedConfig } from "../../config/files";
import { PATHS, placesOf } from "../paths";
import { PORTS } from "../ports";
import { backupPlace } from "../state";
import { renderStateTool } from "../state-tool";
import { onHostOf } from "./paths";
import { processEnvironment } from "./units";

/**
 * The program `jupyterhub-state` for a hub without containers: each command is a process of the hub's account, outside of the hub's unit, to which the
 * backups do not exist. The proxy's token is read by the account, so that it is on no command line.
 */
export function renderHostStateTool(stack: string, config: ResolvedConfig): string {
  const { hub } = config;
  const { environment } = onHostOf(hub);
  const { directory } = backupPlace(hub);
  const variables = {
    ...processEnvironment(stack, config),
    HOME: hub.stateDirectory,
    HUB_BACKUPS: directory,
    HUB_BACKUPS_ON_HOST: directory,
    // Through a web server in front, where there is one: it alone reaches the proxy.
    HUB_HTTPS_PORT: String(PORTS.https),
  };
  return renderStateTool({
    stack,
    hub,
    state: placesOf(hub).state,
    network: null,
    python: [
      "env -i",
      ...Object.entries(variables).map(([name, value]) => quote(`${name}=${value}`)),
      `sh -c 'set -a; . ${PATHS.proxyToken}; exec "$@"' sh`,
      `${environment}/bin/python`,
    ],
    version: `readlink -f ${environment}`,
    prepared: `${directory}/.prepared-state`,
  });
}
