import { Readable } from "node:stream";
import { type Command, quote, type Script } from "../../connection/command";
import { PARENT_FUNCTIONS } from "../parent";
import { type Coming, recordingScript, recordOf } from "../record";
import { STAGE_PREFIX, SWEEP_FUNCTION, writeTogether } from "./write-many";

/** What the scripts need to know of a file. */
export interface FilePlace {
  path: string;
  owner: string;
  group: string;
  mode: string;
  guarded?: boolean;
  validate?: string[];
  reload?: string[][];
}

/**
 * The copy is made in a directory of its own beside the target, which nobody else can enter: under its final name, and with owner, mode and label
 * before it is renamed. What an interrupted run left of such copies goes first.
 */
const WRITE = recordingScript(
  "file_write",
  `${PARENT_FUNCTIONS}${SWEEP_FUNCTION}
path=$1 owner=$2 group=$3 mode=$4 record=$5 validate=$6 reload=$7 sum=$8 coming=$9
shift 9; from=$1
umask 077
enter "$path" || die "\${why:-its directory $dir does not exist}"
[ ! -L "./$name" ] || die "$path is a symbolic link, which is not followed. Remove it, or manage the file it points to"
[ ! -e "./$name" ] || [ -f "./$name" ] || die "$path exists and is not a regular file. Move it away first"
mark=.jupyterhub-hpc-\${record##*/}
for left in "./$mark".*; do if [ -e "$left" ] || [ -L "$left" ]; then rm -rf -- "$left"; fi; done
[ $safe = no ] || sweep ${STAGE_PREFIX}
stage=$(mktemp -d "./$mark.XXXXXX")
cd -P -- "$stage"
[ $safe = yes ] || ours . || die "$dir was changed while it was written to"
trap 'cd ..; rm -rf -- "$stage"' EXIT
trap 'exit 71' HUP INT TERM
now() { if [ -f "../$name" ]; then dd "if=../$name" iflag=nofollow bs=1M status=none | sha256sum | cut -c1-64; fi; }
if [ "$from" = host ]; then
  [ -f "../$name" ] || die "its content is to stay as it is on the host, but there is no such file. Give the content"
  dd "if=../$name" "of=./$name" iflag=nofollow bs=1M status=none
  was="it was changed on the host after it was read, nothing was changed. Run pulumi up again"
else
  cat >"./$name"
  was="it did not arrive as it was sent, nothing was changed. Was the connection lost, or the file changed while it was read? Run pulumi up again"
fi
got=$(sha256sum <"./$name")
[ "\${got%% *}" = "$sum" ] || die "$was"
chown -- "$owner:$group" "./$name"; chmod "$mode" "./$name"
if command -v selinuxenabled >/dev/null && selinuxenabled; then
  # Some places have no label of their own: what is made there keeps the one it was made with.
  label=$(matchpathcon -n "$path"); [ "$label" = "<<none>>" ] || chcon "$label" "./$name"
fi
sync "./$name"
tmp=$dir/$stage/$name
if [ -n "$validate" ] && ! words=$(cd /; eval "$validate" 2>&1 </dev/null); then die "the checker refused it, nothing was changed: $words"; fi
present=
if [ "$coming" = create ] && [ -e "$record/left" ]; then present=$(now); fi
if new_record "$record" "$coming" "$present"; then
  trap 'cd ..; rm -rf -- "$stage" "$record.new"' EXIT
  printf '%s\\n' "$path" >"$record.new/path"
  if [ -e "../$name" ]; then
    cp -a -- "../$name" "$record.new/content"
    [ ! -L "$record.new/content" ] || die "$path was changed while it was saved"
    sync "$record.new/content"
  fi
  keep_record "$record"
fi
leave "$record" "$sum"
if [ -n "$reload" ] && [ -e "../$name" ]; then ln -P -- "../$name" ./.old; fi
mv -fT -- "./$name" "../$name"
if [ -n "$reload" ] && ! words=$(cd /; eval "$reload" 2>&1 </dev/null); then
  if [ -e ./.old ]; then mv -fT -- ./.old "../$name"; else rm -f -- "../$name"; fi
  (cd /; eval "$reload") >/dev/null 2>&1 </dev/null || :
  die "the file was put in place, but then a command failed, so that the previous one was put back: $words"
fi
`,
);

/** Without a record the file was there before, and nothing was ever changed: it stays. */
const REMOVE = recordingScript(
  "file_remove",
  `${PARENT_FUNCTIONS}
path=$1 record=$2 reload=$3
[ -d "$record" ] || exit 0
if enter "$path"; then
  [ -L "./$name" ] || [ ! -d "./$name" ] || die "$path is a directory now"
  stage=./.jupyterhub-hpc-\${record##*/}
  rm -rf -- "$stage".*
  if [ -e "$record/content" ]; then
    stage=$(mktemp -d "$stage.XXXXXX"); cd -P -- "$stage"
    [ $safe = yes ] || ours . || die "$dir was changed while it was written to"
    trap 'cd ..; rm -rf -- "$stage"' EXIT
    cp -a -- "$record/content" "./$name"; sync "./$name"; mv -fT -- "./$name" "../$name"
  else
    rm -f -- "./$name"
  fi
elif [ -n "$why" ]; then
  die "$why"
fi
drop_record "$record"
[ -z "$reload" ] || (cd /; eval "$reload") </dev/null
`,
);

/** Content up to this many bytes travels with other commands; more has a channel of its own, so that nobody waits for it. */
export const BATCHED_BYTES = 256 * 1024;

/** The slowest line on which an upload is waited for, in bytes a second. */
const SLOWEST = 100_000;

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

/** Where a file's bytes come from: here, in this many bytes; or they are those that the host has already. */
export type Source = Buffer | { open(): Readable; size: number } | "host";

/** A command whose input is too large to be held. */
export interface Upload {
  script: Script;
  args: string[];
  open(): Readable;
  timeoutSeconds: number;
}

/** Writes the file in one step: copy beside, compare with the SHA-256, fsync, check, rename, reload. */
export function writeFile(place: FilePlace, sum: string, source: Source, coming: Coming): Command | Upload {
  const { path, owner, group, mode, validate, reload } = place;
  const texts = [validateText(validate), reloadText(reload), sum, coming, source === "host" ? "host" : "here"];
  const args = [path, owner, group, mode, recordOf("file", path), ...texts];
  if (source === "host" || (Buffer.isBuffer(source) && source.length <= BATCHED_BYTES))
    return {
      script: WRITE,
      args,
      input: source === "host" ? undefined : source,
      timeoutSeconds: 120,
      patient: !place.guarded,
      together: source === "host" ? undefined : writeTogether(place, sum, source, coming),
    };
  const [open, size] = Buffer.isBuffer(source)
    ? [() => Readable.from([source]), source.length]
    : [source.open, source.size];
  return { script: WRITE, args, open, timeoutSeconds: 120 + Math.ceil(size / SLOWEST) };
}

/** Puts the previous file back, or removes the file. */
export function removeFile({ path, reload }: Pick<FilePlace, "path" | "reload">): Command {
  return { script: REMOVE, args: [path, recordOf("file", path), reloadText(reload)], timeoutSeconds: 120 };
}
