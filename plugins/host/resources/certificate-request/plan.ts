import { isIP } from "node:net";
import type { Command } from "../../connection/command";
import { type Coming, recordingScript, recordOf } from "../record";
import type { RequestArgs } from "./certificate-request";

const MAKE = recordingScript(
  "certificate_request_make",
  `
key=$1 request=$2 subject=$3 alternatives=$4 owner=$5 group=$6 record=$7 coming=$8
command -v openssl >/dev/null || die "openssl is not installed"
for path in "$key" "$request"; do
  [ -d "\${path%/*}" ] || die "the directory \${path%/*} does not exist"
  [ ! -L "$path" ] || die "$path is a symbolic link, which is not followed"
done
sum() { sha256sum <"$key" | cut -c1-64; }
present=
if [ "$coming" = create ] && [ -e "$record/left" ] && [ -f "$key" ]; then present=$(sum); fi
if new_record "$record" "$coming" "$present"; then
  printf '%s\\n' "$key" >"$record.new/path"
  [ ! -e "$key" ] || : >"$record.new/present"
  [ ! -e "$request" ] || cp -a -- "$request" "$record.new/request"
  keep_record "$record"
fi
tmp=$(mktemp -d "\${key%/*}/.request.XXXXXXXX"); trap 'rm -rf "$tmp" "$request.new"' EXIT
if [ -f "$key" ]; then
  openssl pkey -in "$key" -passin pass: -noout 2>/dev/null || die "$key exists and is not a private key without passphrase. Move it away first"
else
  words=$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "$tmp/key" 2>&1) || die "$words"
  chmod 0600 "$tmp/key"; chown -- "$owner:$group" "$tmp/key"; sync "$tmp/key"
  mv -T -- "$tmp/key" "$key"
fi
leave "$record" "$(sum)"
chown -h -- "$owner:$group" "$key"; chmod 0640 "$key"
words=$(openssl req -new -key "$key" -subj "$subject" -addext "subjectAltName=$alternatives" -out "$tmp/request" 2>&1) || die "$words"
cp -- "$tmp/request" "$request.new"; chown -- "$owner:$group" "$request.new"; chmod 0644 "$request.new"; sync "$request.new"
mv -fT -- "$request.new" "$request"
if command -v restorecon >/dev/null; then restorecon "$key" "$request" || :; fi
`,
);

const REMOVE = recordingScript(
  "certificate_request_remove",
  `
key=$1 request=$2 record=$3
[ -d "$record" ] || exit 0
[ -e "$record/present" ] || rm -f -- "$key"
rm -f -- "$request"
[ ! -e "$record/request" ] || cp -a -- "$record/request" "$request"
drop_record "$record"
`,
);

/** Makes the key unless there is one, and a request with it. */
export function makeRequest({ keyPath, requestPath, names, owner, group }: RequestArgs, coming: Coming): Command {
  const alternatives = names.map((name) => `${isIP(name) ? "IP" : "DNS"}:${name}`).join(",");
  const record = recordOf("request", keyPath);
  return {
    script: MAKE,
    args: [keyPath, requestPath, `/CN=${names[0]}`, alternatives, owner, group, record, coming],
  };
}

/** Removes the request, and a key that was made here. */
export function removeRequest({ keyPath, requestPath }: RequestArgs): Command {
  return { script: REMOVE, args: [keyPath, requestPath, recordOf("request", keyPath)] };
}
