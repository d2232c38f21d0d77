import { posix } from "node:path";
import type { Together } from "../../connection/command";
import { PARENT_FUNCTIONS } from "../parent";
import { type Coming, recordingScript, recordOf } from "../record";
import type { FilePlace } from "./plan";

/** Shell text that removes what a shell that is gone has left half done: PREFIX with the shell's process id. */
export const SWEEP_FUNCTION = `
sweep() { # prefix
  for left in "$1"*; do
    if [ -d "$left" ]; then left_by=\${left#"$1"}; kill -0 "\${left_by%%.*}" 2>/dev/null || rm -rf -- "$left"; fi
  done
}
`;

/** Begins the name of the directory in which several copies are made; the rest is the shell's process id and chance. */
export const STAGE_PREFIX = "./.jupyterhub-hpc-many-";

/**
 * Several files of one directory, owner, group and mode in the steps of file_write, each step made once for all of them. Only what has no
 * surprise in it is done so, in a directory that only root can change: a file that is new, or one with a record that is changed again. What is anything
 * else, and everything when one step fails, is left to file_write: it tells what is wrong.
 */
const WRITE_MANY = recordingScript(
  "file_write_many",
  `${PARENT_FUNCTIONS}${SWEEP_FUNCTION}
owner=$2 group=$3 mode=$4 state=\${5%/*}
all_alone() { while [ $# -gt 0 ]; do shift 8; printf 'alone\\nnext\\n'; done; exit 0; }
umask 077
enter "$1" || all_alone "$@"
[ $safe = yes ] || all_alone "$@"
if command -v selinuxenabled >/dev/null && selinuxenabled; then all_alone "$@"; fi
sweep ${STAGE_PREFIX}
sweep "$state/.many-"
stage=$(mktemp -d "${STAGE_PREFIX}$$.XXXXXX") fresh=
cd -P -- "$stage"
trap 'cd ..; rm -rf -- "$stage" \${fresh:+"$fresh"}' EXIT
trap 'exit 71' HUP INT TERM
n=$(($# / 8)) ways= sums= records=
while [ "$n" -gt 0 ]; do
  n=$((n - 1)) path=$1 record=$5 coming=$6 sum=$7 size=$8
  shift 8
  name=\${path##*/} way=alone
  if [ -L "../$name" ]; then :
  elif [ ! -e "../$name" ]; then [ -e "$record" ] || way=new
  elif [ -f "../$name" ] && [ -d "$record" ] && [ "$coming" = again ]; then way=again
  fi
  ways="$ways $way"
  if [ $way = alone ]; then
    [ "$size" -eq 0 ] || head -c "$size" >/dev/null
  else
    if [ "$size" -eq 0 ]; then : >"./$name"; else head -c "$size" >"./$name"; fi
    set -- "$@" "$name"
    sums="$sums
$sum"
    [ $way = again ] || records="$records \${record##*/}"
    printf '%s %s %s\\n%s\\n' $way "$record" "$sum" "$path" >&3
  fi
done 3>"$T/plan"
if [ $# -gt 0 ]; then
  [ "
$(sha256sum -- "$@" | cut -c1-64)" = "$sums" ]
  chown -- "$owner:$group" "$@"; chmod -- "$mode" "$@"
  sync -- "$@"
  if [ -n "$records" ]; then
    mkdir -p "$state"
    fresh=$(mktemp -d "$state/.many-$$.XXXXXX")
    (cd "$fresh"; mkdir -- $records)
  fi
  while read -r way record sum && IFS= read -r path; do
    if [ $way = new ]; then
      printf '%s\\n' "$path" >"$fresh/\${record##*/}/path"
      leave "$fresh/\${record##*/}" "$sum"
    else
      leave "$record" "$sum"
    fi
  done <"$T/plan"
  if [ -n "$records" ]; then (cd "$fresh"; mv -t "$state" -- $records); fi
  mv -f -t .. -- "$@"
fi
for way in $ways; do
  [ $way != alone ] || echo alone
  echo next
done
`,
);

/** How a file is written together with others. */
export function writeTogether(place: FilePlace, sum: string, content: Buffer, coming: Coming): Together | undefined {
  const { path, owner, group, mode, validate, reload, guarded } = place;
  if (guarded || validate !== undefined || reload !== undefined) return undefined;
  return {
    script: WRITE_MANY,
    args: [path, owner, group, mode, recordOf("file", path), coming, sum, String(content.length)],
    group: JSON.stringify([posix.dirname(path), owner, group, mode]),
  };
}
