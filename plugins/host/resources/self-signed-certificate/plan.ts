import { isIP } from "node:net";
import type { Command } from "../../connection/command";
import { type Coming, recordingScript, recordOf } from "../record";
import type { CertificateArgs } from "./self-signed-certificate";

const MAKE = recordingScript(
  "certificate_make",
  `
cert=$1 key=$2 subject=$3 alternatives=$4 days=$5 owner=$6 group=$7 record=$8 anew=$9
shift 9; coming=$1
command -v openssl >/dev/null || die "openssl is not installed"
for path in "$cert" "$key"; do
  [ -d "\${path%/*}" ] || die "the directory \${path%/*} does not exist"
  [ ! -L "$path" ] || die "$path is a symbolic link, which is not followed"
done
sum() { sha256sum <"$1" | cut -c1-64; }
present=
if [ "$coming" = create ] && [ -e "$record/left" ] && [ -f "$cert" ]; then present=$(sum "$cert"); fi
if new_record "$record" "$coming" "$present"; then
  printf '%s\\n' "$cert" >"$record.new/path"
  [ ! -e "$cert" ] || cp -a -- "$cert" "$record.new/cert"
  [ ! -e "$key" ] || cp -a -- "$key" "$record.new/key"
  keep_record "$record"
fi
if [ "$anew" = yes ]; then
  tmp=$(mktemp -d "\${key%/*}/.cert.XXXXXXXX"); trap 'rm -rf "$tmp" "$cert.new"' EXIT
  words=$(openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days "$days" -subj "$subject" -addext "subjectAltName=$alternatives" \\
    -addext "extendedKeyUsage=serverAuth" -keyout "$tmp/key" -out "$tmp/cert" 2>&1) || die "$words"
  cp -- "$tmp/cert" "$cert.new"
  chown -- "$owner:$group" "$tmp/key" "$cert.new"; chmod 0600 "$tmp/key"; chmod 0644 "$cert.new"
  sync "$tmp/key" "$cert.new"
  leave "$record" "$(sum "$cert.new")"
  mv -fT -- "$tmp/key" "$key"; mv -fT -- "$cert.new" "$cert"
fi
chown -h -- "$owner:$group" "$cert" "$key"
if command -v restorecon >/dev/null; then restorecon "$cert" "$key" || :; fi
`,
);

const REMOVE = recordingScript(
  "certificate_remove",
  `
cert=$1 key=$2 record=$3
[ -d "$record" ] || exit 0
rm -f -- "$cert" "$key"
[ ! -e "$record/cert" ] || cp -a -- "$record/cert" "$cert"
[ ! -e "$record/key" ] || cp -a -- "$record/key" "$key"
drop_record "$record"
`,
);

/** Makes key and certificate; with `anew` false only their owner is set. */
export function makeCertificate(args: CertificateArgs, anew: boolean, coming: Coming): Command {
  const { certPath, keyPath, names, days, owner, group } = args;
  const alternatives = names.map((name) => `${isIP(name) ? "IP" : "DNS"}:${name}`).join(",");
  const record = recordOf("certificate", certPath);
  return {
    script: MAKE,
    args: [
      certPath,
      keyPath,
      `/CN=${names[0]}`,
      alternatives,
      String(days),
      owner,
      group,
      record,
      anew ? "yes" : "no",
      coming,
    ],
  };
}

/** Whether a change needs another certificate, and not only another owner. */
export function isAnother(state: CertificateArgs, wanted: CertificateArgs): boolean {
  return state.days !== wanted.days || state.names.join() !== wanted.names.join();
}

export function removeCertificate({ certPath, keyPath }: CertificateArgs): Command {
  return { script: REMOVE, args: [certPath, keyPath, recordOf("certificate", certPath)] };
}
