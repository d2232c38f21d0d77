import type { Command, Script } from "../../connection/command";

/** Runs podman as an account, as a login of its own would: "podman_as USER ...". */
export const PODMAN_AS = `
podman_as() {
  as=$1; shift
  line=$(getent passwd "$as") || die "there is no account $as"
  home=$(printf %s "$line" | cut -d: -f6); uid=$(printf %s "$line" | cut -d: -f3)
  run=/run/user/$uid; [ -d "$run" ] || die "$run is missing: $as needs linger, so that its user manager runs"
  ( cd "$home" && exec runuser -u "$as" -- env -i HOME="$home" USER="$as" LOGNAME="$as" PATH="$PATH" LC_ALL=C XDG_RUNTIME_DIR="$run" podman "$@" )
}
`;

const READ: Script = {
  name: "image_read",
  body: `${PODMAN_AS}
command -v podman >/dev/null && getent passwd "$1" >/dev/null && [ -d "/run/user/$(id -u "$1")" ] || exit 0
podman_as "$1" image inspect --format '{{.Id}}' -- "$2" 2>/dev/null || :
`,
};

/** Asks for the id of an image by its name. */
export function readImage(user: string, reference: string): Command {
  return { script: READ, args: [user, reference], slow: true };
}

/** The id as "sha256:...", `undefined` when the store has no such image. */
export function parseImage(stdout: string): string | undefined {
  const hex = stdout.trim().replace(/^sha256:/, "");
  return /^[0-9a-f]{64}$/.test(hex) ? `sha256:${hex}` : undefined;
}
