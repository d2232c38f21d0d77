import { createHash } from "node:crypto";
import type { Script } from "../connection/command";

/** Where hosts remember what they were like before. */
export const STATE_DIRECTORY = "/var/lib/jupyterhub-hpc";

/**
 * The directory on the host that remembers what was there before a resource came. It is written once, before the first change, so that
 * neither an interrupted run nor a lost state makes the original forgotten, and removed on deletion.
 */
export function recordOf(type: string, id: string): string {
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 24);
  return `${STATE_DIRECTORY}/previous/${type.toLowerCase()}-${hash}`;
}

/** Shell text for the scripts that keep or restore records. */
export const RECORD_FUNCTIONS = `
new_record() { # record: makes RECORD.new for the caller to fill; false if there is a record already
  [ ! -d "$1" ] || return 1
  rm -rf "$1.new"; mkdir -p "$1.new"
}
keep_record() { mv -T "$1.new" "$1"; }
drop_record() {
  rm -rf "$1" "$1.new"
  rmdir --ignore-fail-on-non-empty -p "\${1%/*}" 2>/dev/null || :
}
`;

/** Makes a script whose body may use the record functions. */
export function recordingScript(name: string, body: string): Script {
  return { name, body: RECORD_FUNCTIONS + body };
}
