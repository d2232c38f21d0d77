import type { Command } from "../../connection/command";
import { PARENT_FUNCTIONS } from "../parent";
import { type Coming, recordingScript, recordOf } from "../record";
import type { KeyPairArgs } from "./key-pair";

const MAKE = recordingScript(
  "key_pair_make",
  `${PARENT_FUNCTIONS}
path=$1 type=$2 owner=$3 group=$4 comment=$5 record=$6 coming=$7 made=
enter "$path" || die "\${why:-its directory $dir does not exist}"
[ ! -L "./$name" ] || die "$path is a symbolic link, which is not followed"
command -v ssh-keygen >/dev/null || die "ssh-keygen is not installed"
stage=$(mktemp -d ./.key.XXXXXXXX); cd -P -- "$stage"
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
if [ -f "../$name" ]; then
  ssh-keygen -y -P '' -f "../$name" >/dev/null || die "$path exists and is not a private key without passphrase. Move it away first"
else
  ssh-keygen -q -t "$type" -N '' -C "$comment" -f ./key
  chown -- "$owner:$group" ./key; sync ./key
  mv -T -- ./key "../$name"; made=yes
fi
if [ -n "$made" ] || [ ! -e "$record/left" ]; then leave "$record" "$(sum)"; fi
chown -h -- "$owner:$group" "../$name"; [ -L "../$name" ] || chmod 0600 "../$name"
ssh-keygen -y -P '' -f "../$name" | cut -d' ' -f1,2 | sed "s/$/ $(printf %s "$comment" | sed 's/[\\\\/&]/\\\\&/g')/" >./public
chown -- "$owner:$group" ./public; chmod 0644 ./public; mv -fT -- ./public "../$name.pub"
if command -v restorecon >/dev/null; then restorecon "$path" "$path.pub" || :; fi
cat "../$name.pub"
`,
);

const REMOVE = recordingScript(
  "key_pair_remove",
  `
if [ -d "$2" ] && [ ! -e "$2/present" ]; then rm -f -- "$1" "$1.pub"; fi
drop_record "$2"
`,
);

/** Makes the pair, or takes over one that is there, and answers with the public key. */
export function makeKeyPair({ path, type, owner, group, comment }: KeyPairArgs, coming: Coming): Command {
  return { script: MAKE, args: [path, type, owner, group, comment, recordOf("keypair", path), coming] };
}

/** Removes a pair that was made here. */
export function removeKeyPair({ path }: KeyPairArgs): Command {
  return { script: REMOVE, args: [path, recordOf("keypair", path)] };
}
