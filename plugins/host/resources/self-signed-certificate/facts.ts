import type { Command, Script } from "../../connection/command";
import { parseFields } from "../../facts/fields";
import type { CertificateArgs } from "./self-signed-certificate";

/** A certificate as it is. */
export interface CertificateFacts {
  owner: string;
  group: string;
  certificate: string;
  sha256: string;
  /** It goes on long enough, and the key on the host is its own. */
  good: boolean;
}

const READ: Script = {
  name: "certificate_read",
  body: `
[ -f "$1" ] && [ -f "$2" ] && [ ! -L "$1" ] && [ ! -L "$2" ] || exit 0
stat -c 'stat %U %G' -- "$2"
sum=$(sha256sum <"$1"); field sha256 "\${sum%% *}"
field certificate "$(base64 -w0 <"$1")"
if openssl x509 -in "$1" -noout -checkend "$3" >/dev/null 2>&1 && [ "$(openssl x509 -in "$1" -noout -pubkey 2>/dev/null)" = "$(openssl pkey -in "$2" -pubout 2>/dev/null)" ]; then field good yes; fi
`,
};

/** @param seconds For how long it has to be valid yet. */
export function readCertificate(certPath: string, keyPath: string, seconds: number): Command {
  return { script: READ, args: [certPath, keyPath, String(seconds)] };
}

/** `undefined` unless certificate and key are both there. */
export function parseCertificate(stdout: string): CertificateFacts | undefined {
  const fields = parseFields(stdout);
  const stat = fields.get("stat");
  if (stat === undefined) return undefined;
  const [owner = "", group = ""] = stat.split(" ");
  const certificate = Buffer.from(fields.get("certificate") ?? "", "base64").toString("utf8");
  return { owner, group, certificate, sha256: fields.get("sha256") ?? "", good: fields.has("good") };
}

/** The state as the host has it: another certificate, another key, or one that expires soon shows as valid no more, and is made anew. */
export function liveCertificate<State extends CertificateArgs & { sha256: string }>(
  state: State,
  facts: CertificateFacts,
): State {
  const { owner, group, certificate, sha256, good } = facts;
  return { ...state, owner, group, certificate, sha256, days: good && sha256 === state.sha256 ? state.days : 0 };
}
