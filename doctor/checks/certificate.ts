import { X509Certificate } from "node:crypto";
import { EXPIRY_WARNING_DAYS, isFor } from "../../components/config/certificate";
import { placesOf } from "../../components/hub/paths";
import { servedFiles } from "../../components/hub/tls";
import { alarm, type Check, type Finding, ok, warning } from "./check";

/** What is on the hub host and what the proxy shows. */
export interface CertificateFacts {
  /** PEM of the file; empty when it is not there. */
  file: string;
  /** PEM of what the proxy serves; empty when it does not answer. */
  served: string;
  /** Whether the file's key is the certificate's. */
  keyMatches: boolean;
  hostname: string;
  /** Whether a self-signed one is what the stack asks for. */
  selfSigned: boolean;
  /** Where the request lies that one is awaited for, and where it goes; only with `tls.request`. */
  awaited?: { request: string; certificate: string };
}

const LOOK = {
  name: "doctor_certificate",
  body: `
public() { openssl "$@" -pubout 2>/dev/null || :; }
[ "$(public pkey -in "$2")" = "$(openssl x509 -in "$1" -noout -pubkey 2>/dev/null || :)" ] && echo match || echo other
openssl x509 -in "$1" 2>/dev/null || :
`,
};

/** Judges the certificate: the file, its key, what is served, for whom, until when. */
export function judgeCertificate(facts: CertificateFacts, now: Date): Finding[] {
  const renew = "renew it, and pulumi up: the proxy takes it up without dropping a connection";
  const { awaited } = facts;
  if (facts.file === "")
    return [
      alarm(
        "there is no certificate on the hub host",
        awaited
          ? `send ${awaited.request} to your certificate authority, and put what comes at ${awaited.certificate}: hub and proxy start by themselves`
          : "pulumi up",
      ),
    ];
  const certificate = new X509Certificate(facts.file);
  const days = Math.floor((new Date(certificate.validTo).getTime() - now.getTime()) / 86_400_000);
  const until = new Date(certificate.validTo).toISOString().slice(0, 10);
  const findings: Finding[] = [];
  if (!facts.keyMatches)
    findings.push(
      alarm("the certificate does not belong to the key beside it", "pulumi up with the right tls.keyFile"),
    );
  if (days < 0) findings.push(alarm(`the certificate expired on ${until}`, renew));
  else if (days < EXPIRY_WARNING_DAYS)
    findings.push(warning(`the certificate expires in ${days} days, on ${until}`, renew));
  if (new Date(certificate.validFrom) > now)
    findings.push(alarm(`the certificate is not valid before ${certificate.validFrom}`, "check the clock, or wait"));
  if (!isFor(certificate, facts.hostname))
    findings.push(
      alarm(`the certificate is not for ${facts.hostname}`, "set tls.certificateFile to one for the host of url"),
    );
  if (!facts.selfSigned && certificate.issuer === certificate.subject)
    findings.push(alarm("the certificate is self-signed", "set tls.certificateFile to one of an authority"));
  if (facts.served === "")
    findings.push(alarm("the proxy serves no certificate", "on the hub host: journalctl -u jupyterhub-proxy -n 50"));
  else if (new X509Certificate(facts.served).fingerprint256 !== certificate.fingerprint256)
    findings.push(
      alarm(
        "the proxy serves another certificate than the one in its directory",
        "on the hub host: systemctl reload jupyterhub-proxy, then journalctl -u jupyterhub-proxy -n 5",
      ),
    );
  return findings.length > 0 ? findings : [ok(`for ${facts.hostname}, until ${until} (${days} days), and served`)];
}

/** Reads what the script on the host printed. */
export function readCertificate(text: string): Pick<CertificateFacts, "file" | "keyMatches"> {
  const [match = "", ...file] = text.trim().split("\n");
  return { keyMatches: match === "match", file: file.join("\n") };
}

export const check: Check = {
  name: "certificate",
  look: async ({ hub, config, report, now }) => {
    const hostname = new URL(config.url).hostname.replace(/^\[|\]$/g, "");
    const { certificate, key } = servedFiles(config.tls.selfSigned ? { ...config, certificate: undefined } : config);
    const text = await hub.must("look at the certificate", { script: LOOK, args: [certificate, key] });
    const { served } = await report;
    const { selfSigned, request } = config.tls;
    const awaited = request ? { request: placesOf(config.hub).request, certificate } : undefined;
    return judgeCertificate({ ...readCertificate(text), served, hostname, selfSigned, awaited }, now);
  },
};
