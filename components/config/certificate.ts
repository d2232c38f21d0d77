import { createPublicKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";

/** A certificate as the rules look at it. */
export interface CertificateQuestion {
  /** PEM, the server's certificate first. */
  chain: string;
  /** PEM of the key, its private or its public half; left out where it is not known yet. */
  key?: string;
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
  if (question.key !== undefined && !belongsTo(certificate, question.key))
    problems.push("does not belong to the private key given beside it");
  return problems;
}

/** Days before its end from which on a certificate is warned of. */
export const EXPIRY_WARNING_DAYS = 30;

/** What to say of a certificate that ends soon, or has ended; undefined while there is time. */
export function expiryWarning(chain: string, now: Date): string | undefined {
  const { validTo } = new X509Certificate(chain);
  const days = Math.floor((new Date(validTo).getTime() - now.getTime()) / 86_400_000);
  if (days >= EXPIRY_WARNING_DAYS) return undefined;
  return days < 0 ? `expired on ${validTo}` : `expires in ${days} days, on ${validTo}`;
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
    return certificate.publicKey.equals(createPublicKey(key));
  } catch {
    return false;
  }
}
