import { createHmac } from "node:crypto";
import { parseHostKey, spellHostKey } from "../../plugins/host/connection/host-key";

/** What a known_hosts file says about one host. */
export interface KnownKeys {
  /** "TYPE BASE64", without those marked as revoked. */
  keys: string[];
  /** Whether it names a certificate authority for the host, which is not supported. */
  authority: boolean;
}

/**
 * The keys that a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT") has for a host, by its name in full or hashed. Patterns are not matched: a
 * pinned host is named.
 */
export function keysOf(knownHosts: string, address: string, port: number): KnownKeys {
  const wanted = port === 22 ? [address, `[${address}]:22`] : [`[${address}]:${port}`];
  const found: KnownKeys = { keys: [], authority: false };
  const revoked = new Set<string>();
  for (const line of knownHosts.split("\n").map((text) => text.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const mark = line.startsWith("@") ? line.split(/\s+/)[0] : undefined;
    const names =
      line
        .slice(mark?.length ?? 0)
        .trim()
        .split(/\s+/)[0] ?? "";
    const key = parseHostKey(line.slice(mark?.length ?? 0));
    if (key === undefined) continue;
    if (mark === "@revoked") revoked.add(spellHostKey(key));
    else if (mark === "@cert-authority") found.authority ||= wanted.some((name) => covers(names, name));
    else if (names.split(",").some((name) => wanted.some((one) => isName(name, one))))
      found.keys.push(spellHostKey(key));
  }
  return { ...found, keys: [...new Set(found.keys)].filter((key) => !revoked.has(key)) };
}

/** A name as it stands, or hashed: |1|SALT|HMAC-SHA1. */
function isName(entry: string, name: string): boolean {
  const [, version, salt, hash] = entry.split("|");
  if (version !== "1" || salt === undefined || hash === undefined) return entry.toLowerCase() === name.toLowerCase();
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name.toLowerCase()).digest("base64") === hash;
}

function covers(patterns: string, name: string): boolean {
  return patterns.split(",").some((pattern) => {
    const expression = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    return new RegExp(`^${expression}$`, "i").test(name);
  });
}
