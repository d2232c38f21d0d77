import { createHash, timingSafeEqual } from "node:crypto";

/** A public host key. */
export interface HostKey {
  /** "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa", ... */
  type: string;
  blob: Buffer;
}

const ECDSA = ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"];
const TYPES = ["ssh-ed25519", ...ECDSA, "ssh-rsa"];

/** The kinds of key that can be pinned, each as the signature algorithms to ask a host for. A host has one key of a kind, or none. */
export const keyKinds = [["ssh-ed25519"], ECDSA, ["rsa-sha2-512", "rsa-sha2-256"]];

/**
 * Reads "TYPE BASE64 [comment]", as in a .pub file, or a line of known_hosts, whose names are left out; `undefined` if it is anything else, also where
 * the type inside differs from the one in front.
 */
export function parseHostKey(line: string): HostKey | undefined {
  const words = line.trim().split(/\s+/);
  const [type, base64] = TYPES.includes(words[0] ?? "") ? words : words.slice(1);
  if (type === undefined || base64 === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const blob = Buffer.from(base64, "base64");
  return TYPES.includes(type) && keyType(blob) === type ? { type, blob } : undefined;
}

/** "TYPE BASE64": one spelling for a key, so that a comment is no difference. */
export function spellHostKey({ type, blob }: HostKey): string {
  return `${type} ${blob.toString("base64")}`;
}

/** Why a line cannot be pinned, in words; `undefined` if it can. */
export function hostKeyProblem(line: string): string | undefined {
  const text = line.trim();
  if (text.startsWith("@cert-authority") || text.includes("-cert-v01@openssh.com"))
    return "is of a host certificate authority, which is not supported: pin the host's own key (npm run doctor -- host-key ADDRESS shows it)";
  if (text.startsWith("@")) return `has the mark ${text.split(/\s/)[0]}: pin a key that is in use`;
  if (/^-----BEGIN .*PRIVATE KEY/.test(text)) return "is a private key: take the .pub file beside it";
  if (/^(SHA256|MD5):/.test(text)) return "is a fingerprint: the key itself is needed";
  if (parseHostKey(text) === undefined)
    return 'is not a public host key such as "ssh-ed25519 AAAA..." (npm run doctor -- host-key ADDRESS shows it)';
  return undefined;
}

/** The type named inside a key, empty for what is no key. */
export function keyType(blob: Buffer): string {
  if (blob.length < 4) return "";
  const length = blob.readUInt32BE(0);
  return length <= 64 && blob.length > 4 + length ? blob.toString("latin1", 4, 4 + length) : "";
}

/** As ssh-keygen -l writes it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** Whether the key is among the pinned ones. */
export function isPinned(blob: Buffer, pinned: readonly HostKey[]): boolean {
  return pinned.some((key) => key.blob.length === blob.length && timingSafeEqual(key.blob, blob));
}

/** The signature algorithms to offer, so that the host shows a key of a type that is pinned. */
export function algorithmsFor(pinned: readonly Pick<HostKey, "type">[]): string[] {
  return [...new Set(pinned.flatMap(({ type }) => (type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type])))];
}
