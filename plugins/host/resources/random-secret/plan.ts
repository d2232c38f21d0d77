import type { Command } from "../../connection/command";
import { PARENT_FUNCTIONS } from "../parent";
import { type Coming, recordingScript, recordOf } from "../record";
import type { RandomSecretArgs } from "./random-secret";

const MAKE = recordingScript(
  "random_secret_make",
  `${PARENT_FUNCTIONS}
path=$1 bytes=$2 prefix=$3 owner=$4 group=$5 mode=$6 record=$7 coming=$8 made=
enter "$path" || die "\${why:-its directory $dir does not exist}"
[ ! -L "./$name" ] || die "$path is a symbolic link, which is not followed"
stage=$(mktemp -d ./.secret.XXXXXXXX); cd -P -- "$stage"
[ $safe = yes ] || ours . || die "$dir was changed while it was written to"
trap 'cd ..; rm -rf -- "$stage"' EXIT
sum() { if [ -f "../$name" ]; then sha256sum <"../$name" | cut -c1-64; fi; }
present=
if [ "$coming" = create ] && [ -e "$record/left" ]; then present=$(sum); fi
if new_record "$record" "$coming" "$present"; then
  printf '%s\\n' "$path" >"$record.new/path"
  [ ! -e "../$name" ] || : >"$record.new/present"
  keep_record "$record"
fi
if [ ! -e "../$name" ]; then
  { printf %s "$prefix"; head -c "$bytes" /dev/urandom | od -An -v -tx1 | tr -d ' \\n'; } >./new
  chown -- "$owner:$group" ./new; chmod "$mode" ./new; sync ./new
  mv -T -- ./new "../$name"; made=yes
fi
if [ -n "$made" ] || [ ! -e "$record/left" ]; then leave "$record" "$(sum)"; fi
chown -h -- "$owner:$group" "../$name"; [ -L "../$name" ] || chmod "$mode" "../$name"
if command -v restorecon >/dev/null; then restorecon "$path" || :; fi
`,
);

const REMOVE = recordingScript(
  "random_secret_remove",
  `
if [ -d "$2" ] && [ ! -e "$2/present" ]; then rm -f -- "$1"; fi
drop_record "$2"
`,
);

/** Makes the secret, or takes over the one that is there. */
export function makeRandomSecret(
  { path, bytes, prefix, owner, group, mode }: RandomSecretArgs,
  coming: Coming,
): Command {
  return {
    script: MAKE,
    args: [path, String(bytes), prefix, owner, group, mode, recordOf("randomsecret", path), coming],
  };
}

/** Removes a secret that was made here. */
export function removeRandomSecret({ path }: RandomSecretArgs): Command {
  return { script: REMOVE, args: [path, recordOf("randomsecret", path)] };
}
