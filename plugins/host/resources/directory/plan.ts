import type { Command } from "../../connection/command";
import { type Coming, recordingScript, recordOf } from "../record";
import type { DirectoryArgs } from "./directory";

const MAKE = recordingScript(
  "directory_make",
  `
path=$1 owner=$2 group=$3 mode=$4 record=$5 coming=$6 made=
parent=\${path%/*}; parent=\${parent:-/}
[ -d "$parent" ] || die "its parent $parent does not exist"
[ ! -L "$path" ] || die "$path is a symbolic link, which is not followed"
[ ! -e "$path" ] || [ -d "$path" ] || die "$path exists and is not a directory"
identity() { if [ -d "$path" ]; then stat -c %i:%W -- "$path"; fi; }
present=
if [ "$coming" = create ] && [ -e "$record/left" ]; then present=$(identity); fi
if new_record "$record" "$coming" "$present"; then
  printf '%s\\n' "$path" >"$record.new/path"
  if [ -d "$path" ]; then stat -c '%u:%g %a' -- "$path" >"$record.new/stat"; fi
  keep_record "$record"
fi
if [ ! -d "$path" ]; then mkdir -- "$path"; made=yes; fi
if [ -n "$made" ] || [ ! -e "$record/left" ]; then leave "$record" "$(identity)"; fi
chown -h -- "$owner:$group" "$path"; [ -L "$path" ] || chmod "$mode" "$path"
if command -v restorecon >/dev/null; then restorecon "$path" || :; fi
`,
);

const REMOVE = recordingScript(
  "directory_remove",
  `
path=$1 record=$2 contents=$3
if [ -f "$record/stat" ] && [ -d "$path" ]; then
  read -r owner mode <"$record/stat"
  chown -- "$owner" "$path"; chmod "$mode" "$path"
elif [ -d "$record" ] && [ -d "$path" ] && [ ! -L "$path" ]; then
  if [ "$contents" = true ]; then
    rm -rf --one-file-system -- "$path"
  else
    rmdir -- "$path" 2>/dev/null || die "it is not empty (removeContents would remove what is inside): $(ls -A -- "$path" | head -5 | tr '\\n' ' ')"
  fi
fi
drop_record "$record"
`,
);

/** Makes the directory, or takes over the one that is there. */
export function makeDirectory({ path, owner, group, mode }: DirectoryArgs, coming: Coming): Command {
  return { script: MAKE, args: [path, owner, group, mode, recordOf("directory", path), coming] };
}

/** Removes a directory that was made, or gives one that was there its owner, group and mode back. */
export function removeDirectory({ path, removeContents }: DirectoryArgs): Command {
  return {
    script: REMOVE,
    args: [path, recordOf("directory", path), String(removeContents)],
    slow: removeContents,
    timeoutSeconds: 300,
  };
}
