import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";

/** A certificate as the rules look at it. */
export interface CertificateQuestion {
  /** PEM, the server's certificate first. */
  chain: string;
  /** PEM of the private key. */
  key: string;
  /** The name people use in the address. */
  hostname: string;
  /** Whether every name directly below it is used too. */
  subdomains: boolean;
  /** Now. */
  now: Date;
}

/** What is wrong with a certificate for serving HTTPS in production; empty when nothing is. */
export function certificateProblems(question: CertificateQuestion): string[] {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(question.chain);
  } catch (error) {
    return [`is not a PEM certificate (${(error as Error).message})`];
  }
  const problems: string[] = [];
  if (isSelfSigned(certificate))
    problems.push(
      "is self-signed, which browsers and single-user servers refuse; prod needs one from a certificate authority",
    );
  if (new Date(certificate.validTo) < question.now) problems.push(`expired on ${certificate.validTo}`);
  if (new Date(certificate.validFrom) > question.now) problems.push(`is not valid before ${certificate.validFrom}`);
  if (!isFor(certificate, question.hostname))
    problems.push(
      `is not for ${question.hostname}, the host of \`url\`, but for ${certificate.subjectAltName ?? certificate.subject}`,
    );
  else if (question.subdomains && !isFor(certificate, `any-user.${question.hostname}`))
    problems.push(
      `is not for *.${question.hostname}, which userSubdomains needs, but for ${certificate.subjectAltName ?? certificate.subject}`,
    );
  if (!belongsTo(certificate, question.key)) problems.push("does not belong to the private key given beside it");
  return problems;
}

/** Whether a certificate is for a host name or an address; an IPv6 address may stand in brackets. */
export function isFor(certificate: X509Certificate, hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, "");
  return (isIP(address) === 0 ? certificate.checkHost(hostname) : certificate.checkIP(address)) !== undefined;
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.issuer === certificate.subject && certificate.verify(certificate.publicKey);
}

function belongsTo(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
