import { createHash, timingSafeEqual } from "node:crypto";

/** A public host key. */
export interface HostKey {
  /** "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa", ... */
  type: string;
  blob: Buffer;
}

/** Reads "TYPE BASE64 [comment]"; `undefined` if it is anything else, also where the type inside differs from the one in front. */
export function parseHostKey(line: string): HostKey | undefined {
  const [type, base64] = line.trim().split(/\s+/);
  if (type === undefined || base64 === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const blob = Buffer.from(base64, "base64");
  return keyType(blob) === type ? { type, blob } : undefined;
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
export function algorithmsFor(pinned: readonly HostKey[]): string[] {
  return [...new Set(pinned.flatMap(({ type }) => (type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type])))];
}
