import type { Command } from "../../connection/command";
import { recordingScript, recordOf } from "../record";
import type { AuthorizedKeyArgs } from "./authorized-key";

/**
 * Below a home directory everything is done as its owner, so that no link he put there leads root astray. A path of one's own is root's business.
 */
const EDIT = `
user=$1 path=$2 base64=$3 line=$4 record=$5
home=$(getent passwd "$user" | cut -d: -f6)
[ -n "$home" ] || { [ -z "$line" ] && { drop_record "$record"; exit 0; } || die "there is no account $user"; }
if [ -n "$path" ]; then as=; else as="runuser -u $user --"; path=$home/.ssh/authorized_keys; fi
`;

const ADD = recordingScript(
  "authorized_key_add",
  `${EDIT}
if new_record "$record"; then
  printf '%s\\n' "$path" >"$record.new/path"
  [ ! -e "$path" ] || : >"$record.new/file"
  [ ! -e "\${path%/*}" ] || : >"$record.new/directory"
  keep_record "$record"
fi
$as /bin/sh -eu -c '
umask 077; cd /
dir=\${1%/*}
[ ! -L "$dir" ] && [ ! -L "$1" ] || { echo "$1 or its directory is a symbolic link, which is not followed" >&2; exit 1; }
mkdir -p "$dir"
tmp=$(mktemp "$dir/.authorized_keys.XXXXXXXX"); trap "rm -f \\"$tmp\\"" EXIT
if [ -e "$1" ]; then grep -vF -- "$2" "$1" >"$tmp" || [ $? -eq 1 ]; fi
if [ -s "$tmp" ] && [ -n "$(tail -c 1 "$tmp")" ]; then echo >>"$tmp"; fi
printf "%s\\n" "$3" >>"$tmp"
sync "$tmp"; mv -fT -- "$tmp" "$1"
' sh "$path" "$base64" "$line"
[ -n "$as" ] || chown "$user:" "$path"
# sshd reads no keys with another label than theirs.
if command -v restorecon >/dev/null; then restorecon "\${path%/*}" "$path" || :; fi
`,
);

const REMOVE = recordingScript(
  "authorized_key_remove",
  `${EDIT}
file=no directory=no
if [ -d "$record" ] && [ ! -e "$record/file" ]; then file=ours; fi
if [ -d "$record" ] && [ ! -e "$record/directory" ]; then directory=ours; fi
$as /bin/sh -eu -c '
umask 077; cd /
[ -f "$1" ] || exit 0
tmp=$(mktemp "\${1%/*}/.authorized_keys.XXXXXXXX"); trap "rm -f \\"$tmp\\"" EXIT
grep -vF -- "$2" "$1" >"$tmp" || [ $? -eq 1 ]
if [ ! -s "$tmp" ] && [ "$3" = ours ]; then rm -f -- "$1"; else chmod --reference="$1" "$tmp"; mv -fT -- "$tmp" "$1"; fi
if [ "$4" = ours ]; then rm -f "$tmp"; rmdir --ignore-fail-on-non-empty -- "\${1%/*}"; fi
' sh "$path" "$base64" "$file" "$directory"
[ -n "$as" ] || [ ! -e "$path" ] || chown "$user:" "$path"
drop_record "$record"
`,
);

/** Type and base64 of a public key, without its comment. */
export function withoutComment(key: string): string {
  return key.trim().split(/\s+/).slice(0, 2).join(" ");
}

/** The key's own part of a line, which tells it from others. */
export function base64Of(key: string): string {
  return key.trim().split(/\s+/)[1] ?? "";
}

/** Where the host remembers what was there before the key. */
export function recordOfKey({ user, key, path }: Pick<AuthorizedKeyArgs, "user" | "key" | "path">): string {
  return recordOf("authorizedkey", `${user} ${path ?? ""} ${base64Of(key)}`);
}

function shared({ user, key, path }: AuthorizedKeyArgs, line: string): string[] {
  return [user, path ?? "", base64Of(key), line, recordOfKey({ user, key, path })];
}

/** Adds the line, in place of any other with the same key. */
export function addKey(args: AuthorizedKeyArgs): Command {
  const { options, key } = args;
  const line = `${options === "" ? "" : `${options} `}${withoutComment(key)} managed-by-jupyterhub-hpc`;
  return { script: ADD, args: shared(args, line) };
}

/** Removes the line, and the file and its directory if they came with it and are empty. */
export function removeKey(args: AuthorizedKeyArgs): Command {
  return { script: REMOVE, args: shared(args, "") };
}
