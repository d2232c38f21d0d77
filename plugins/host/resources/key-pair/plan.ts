import type { Command } from "../../connection/command";
import { type Coming, recordingScript, recordOf } from "../record";
import type { KeyPairArgs } from "./key-pair";

const MAKE = recordingScript(
  "key_pair_make",
  `
path=$1 type=$2 owner=$3 group=$4 comment=$5 record=$6 coming=$7 made=
dir=\${path%/*}
[ -d "$dir" ] || die "its directory $dir does not exist"
[ ! -L "$path" ] || die "$path is a symbolic link, which is not followed"
command -v ssh-keygen >/dev/null || die "ssh-keygen is not installed"
sum() { if [ -f "$path" ]; then sha256sum <"$path" | cut -c1-64; fi; }
present=
if [ "$coming" = create ] && [ -e "$record/left" ]; then present=$(sum); fi
if new_record "$record" "$coming" "$present"; then
  printf '%s\\n' "$path" >"$record.new/path"
  [ ! -e "$path" ] || : >"$record.new/present"
  keep_record "$record"
fi
if [ -f "$path" ]; then
  ssh-keygen -y -P '' -f "$path" >/dev/null || die "$path exists and is not a private key without passphrase. Move it away first"
else
  tmp=$(mktemp -d "$dir/.key.XXXXXXXX"); trap 'rm -rf "$tmp"' EXIT
  ssh-keygen -q -t "$type" -N '' -C "$comment" -f "$tmp/key"
  chown -- "$owner:$group" "$tmp/key"; sync "$tmp/key"
  mv -T -- "$tmp/key" "$path"; made=yes
fi
if [ -n "$made" ] || [ ! -e "$record/left" ]; then leave "$record" "$(sum)"; fi
chown -- "$owner:$group" "$path"; chmod 0600 "$path"
ssh-keygen -y -P '' -f "$path" | cut -d' ' -f1,2 | sed "s/$/ $(printf %s "$comment" | sed 's/[\\\\/&]/\\\\&/g')/" >"$path.pub.new"
chown -- "$owner:$group" "$path.pub.new"; chmod 0644 "$path.pub.new"; mv -fT -- "$path.pub.new" "$path.pub"
if command -v restorecon >/dev/null; then restorecon "$path" "$path.pub" || :; fi
cat "$path.pub"
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
