import { type Command, quote } from "../../connection/command";
import { recordingScript, recordOf } from "../record";
import type { FileArgs } from "./file";

const WRITE = recordingScript(
  "file_write",
  `
path=$1 owner=$2 group=$3 mode=$4 record=$5 validate=$6 reload=$7
dir=\${path%/*}; dir=\${dir:-/}
[ -d "$dir" ] || die "its directory $dir does not exist"
[ ! -L "$path" ] || die "$path is a symbolic link, which is not followed. Remove it, or manage the file it points to"
[ ! -e "$path" ] || [ -f "$path" ] || die "$path exists and is not a regular file. Move it away first"
tmp=$(mktemp "$dir/.\${path##*/}.XXXXXXXX") old=
trap 'rm -f "$tmp" $old' EXIT
cat >"$tmp"
chown -- "$owner:$group" "$tmp"; chmod "$mode" "$tmp"
if command -v selinuxenabled >/dev/null && selinuxenabled; then chcon "$(matchpathcon -n "$path")" "$tmp"; fi
sync "$tmp"
if [ -n "$validate" ] && ! words=$(eval "$validate" 2>&1 </dev/null); then die "the checker refused it, nothing was changed: $words"; fi
if new_record "$record"; then
  printf '%s\\n' "$path" >"$record.new/path"
  [ ! -e "$path" ] || cp -a -- "$path" "$record.new/content"
  keep_record "$record"
fi
if [ -n "$reload" ] && [ -e "$path" ]; then old="$tmp.old"; ln -- "$path" "$old"; fi
mv -fT -- "$tmp" "$path"
if [ -n "$reload" ] && ! words=$(eval "$reload" 2>&1 </dev/null); then
  if [ -n "$old" ]; then mv -fT -- "$old" "$path"; else rm -f -- "$path"; fi
  eval "$reload" >/dev/null 2>&1 </dev/null || :
  die "the file was put in place, but then a command failed, so that the previous one was put back: $words"
fi
`,
);

const REMOVE = recordingScript(
  "file_remove",
  `
path=$1 record=$2 reload=$3
dir=\${path%/*}; dir=\${dir:-/}
[ -L "$path" ] || [ ! -d "$path" ] || die "$path is a directory now"
if [ -e "$record/content" ] && [ -d "$dir" ]; then
  tmp=$(mktemp -u "$dir/.\${path##*/}.XXXXXXXX")
  cp -a -- "$record/content" "$tmp"; sync "$tmp"; mv -fT -- "$tmp" "$path"
else
  rm -f -- "$path"
fi
drop_record "$record"
[ -z "$reload" ] || eval "$reload" </dev/null
`,
);

/** The checker as shell text in which the copy's path is "$tmp". */
export function validateText(argv: readonly string[] | undefined): string {
  return (argv ?? []).map((arg) => arg.split("%s").map(quotePart).join('"$tmp"')).join(" ");
}

function quotePart(part: string): string {
  return part === "" ? "" : quote(part);
}

/** The commands after a change as shell text that stops at the first failure. */
export function reloadText(commands: readonly (readonly string[])[] | undefined): string {
  return (commands ?? []).map((argv) => argv.map(quote).join(" ")).join(" && ");
}

/** Writes the file in one step: copy beside, fsync, check, rename, reload. */
export function writeFile(args: FileArgs): Command {
  const { path, owner, group, mode, content, validate, reload } = args;
  return {
    script: WRITE,
    args: [path, owner, group, mode, recordOf("file", path), validateText(validate), reloadText(reload)],
    input: Buffer.from(content, "utf8"),
    timeoutSeconds: 120,
  };
}

/** Puts the previous file back, or removes the file. */
export function removeFile({ path, reload }: Pick<FileArgs, "path" | "reload">): Command {
  return { script: REMOVE, args: [path, recordOf("file", path), reloadText(reload)], timeoutSeconds: 120 };
}
