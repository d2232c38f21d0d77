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

/** Whether a resource comes anew, or what was noted before it first came still holds. */
export type Coming = "create" | "again";

/**
 * Shell text for the scripts that keep or restore records. A record belongs to what the resource put there, which it knows by a mark: a hash, an
 * inode. A creation that finds something else, or nothing, has found a record whose resource went without a word (dropped from the state,
 * retained), and notes anew what is there; else a later deletion would bring back what was there years ago.
 */
export const RECORD_FUNCTIONS = `
new_record() { # record [create|again [mark of what is there]]: makes RECORD.new for the caller to fill; false if there is a record that holds
  if [ -d "$1" ]; then
    [ "\${2:-again}" = create ] && [ -e "$1/left" ] || return 1
    ! { [ -n "\${3:-}" ] && grep -qxF -e "$3" "$1/left"; } || return 1
    forget_record "$1"
  fi
  [ ! -e "$1.new" ] || rm -rf "$1.new"
  mkdir -p "$1.new"
}
keep_record() { mv -T "$1.new" "$1"; }
leave() { printf '%s\\n' "$2" >>"$1/left"; } # record mark: what is left there belongs to the record
forget_record() { # record: in one step, for half of it would tell another story
  [ ! -e "$1.gone" ] || rm -rf "$1.gone"
  [ ! -e "$1" ] || mv -T "$1" "$1.gone"
  rm -rf "$1.gone" "$1.new"
}
drop_record() {
  forget_record "$1"
  rmdir --ignore-fail-on-non-empty -p "\${1%/*}" 2>/dev/null || :
}
`;

/** Makes a script whose body may use the record functions. */
export function recordingScript(name: string, body: string): Script {
  return { name, body: RECORD_FUNCTIONS + body };
}
