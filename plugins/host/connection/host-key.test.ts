import { describe, expect, it } from "vitest";
import { algorithmsFor, fingerprint, isPinned, parseHostKey } from "./host-key";

const ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn";

describe("host keys", () => {
  it("reads a key with and without comment", () => {
    expect(parseHostKey(ED25519)?.type).toBe("ssh-ed25519");
    expect(parseHostKey(`${ED25519} root@hub\n`)).toEqual(parseHostKey(ED25519));
  });

  it.each([
    "",
    "ssh-ed25519",
    "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5",
    "hub ssh-ed25519 AAAA",
    "ssh-ed25519 ????",
  ])("refuses %j", (line) => {
    expect(parseHostKey(line)).toBeUndefined();
  });

  it("asks an RSA host for SHA-2 signatures only", () => {
    expect(algorithmsFor([{ type: "ssh-rsa", blob: Buffer.alloc(0) }])).toEqual(["rsa-sha2-512", "rsa-sha2-256"]);
  });

  it("accepts a pinned key and no other", () => {
    const key = parseHostKey(ED25519);
    if (key === undefined) throw new Error("the key of the test is not one");
    const other = Buffer.from(key.blob);
    other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
    expect(isPinned(key.blob, [key])).toBe(true);
    expect(isPinned(other, [key])).toBe(false);
    expect(isPinned(key.blob, [])).toBe(false);
    expect(fingerprint(key.blob)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});
