import type { Command, Script } from "../../connection/command";
import { PODMAN_AS } from "./facts";

/** Drops images that lost their name to a newer one; those in use stay until the next time. */
const FORGET_OLD = `podman_as "$1" image prune --force >/dev/null 2>&1 || :`;

/** Reads an archive from stdin into the account's store. */
export const LOAD: Script = {
  name: "image_load",
  body: `${PODMAN_AS}
command -v podman >/dev/null || die "podman is not installed"
podman_as "$1" load --quiet
`,
};

const TAG: Script = {
  name: "image_tag",
  body: `${PODMAN_AS}
command -v podman >/dev/null || die "podman is not installed"
podman_as "$1" image exists "$2" || { echo absent; exit 0; }
podman_as "$1" tag "$2" "$3"
${FORGET_OLD}
`,
};

const PULL: Script = {
  name: "image_pull",
  body: `${PODMAN_AS}
command -v podman >/dev/null || die "podman is not installed"
podman_as "$1" pull --quiet -- "$2" >/dev/null
podman_as "$1" tag "$2" "$3"
${FORGET_OLD}
podman_as "$1" image inspect --format '{{.Id}}' -- "$3"
`,
};

const REMOVE: Script = {
  name: "image_remove",
  body: `${PODMAN_AS}
command -v podman >/dev/null && getent passwd "$1" >/dev/null && [ -d "/run/user/$(id -u "$1")" ] || exit 0
podman_as "$1" image exists "$2" || exit 0
podman_as "$1" image rm -- "$2" >/dev/null
`,
};

/** Gives an image that is in the store its name; answers "absent" if it is not there. */
export function tagImage(user: string, id: string, reference: string): Command {
  return { script: TAG, args: [user, id.replace(/^sha256:/, ""), reference], slow: true, timeoutSeconds: 120 };
}

export function pullImage(user: string, pull: string, reference: string): Command {
  return { script: PULL, args: [user, pull, reference], slow: true, timeoutSeconds: 1800 };
}

export function removeImage(user: string, reference: string): Command {
  return { script: REMOVE, args: [user, reference], slow: true, timeoutSeconds: 300 };
}
