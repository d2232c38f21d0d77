import { quote } from "../../plugins/host/connection/command";
import { PATHS } from "./paths";
import { backupPlace } from "./state";
import { renderStateTool } from "./state-tool";
import { UNITS } from "./unit-names";
import { BEHIND_WEB_SERVER, hubOptions, UNLABELLED, type UnitInput } from "./units";

/** The program `jupyterhub-state` for a hub in containers: each command runs in a container of its own, which sees the backups as the hub's does not. */
export function renderContainerStateTool(input: UnitInput): string {
  const { stack, config, state, image, selinux } = input;
  const { directory } = backupPlace(config.hub);
  const options = [
    ...(selinux ? [UNLABELLED] : []),
    ...hubOptions(input, quote),
    `--env HUB_BACKUPS_ON_HOST=${directory}`,
    ...(config.web ? [`--env ${BEHIND_WEB_SERVER}`] : []),
    `--volume ${directory}:${PATHS.backups}:rw`,
  ];
  return renderStateTool({
    stack,
    hub: config.hub,
    state,
    network: UNITS.network,
    python: [
      "env -u NOTIFY_SOCKET podman run --rm --sdnotify=ignore --cgroups=disabled --pids-limit=0 --log-driver=none --pull=never",
      "--read-only --read-only-tmpfs=false --tmpfs /tmp:rw,size=64m,mode=1777,noexec,nosuid,nodev",
      "--cap-drop=all --security-opt=no-new-privileges",
      ...options,
      image,
      "python",
    ],
    version: `podman image inspect --format '{{.Id}}' ${image}`,
    prepared: `${config.hub.stateDirectory}/.prepared-state`,
  });
}
