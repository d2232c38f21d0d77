import { describe, expect, it } from "vitest";
import { algorithmsFor, fingerprint, hostKeyProblem, isPinned, parseHostKey, spellHostKey } from "./host-key";

const ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn";
const key = parseHostKey(ED25519);
if (key === undefined) throw new Error("the key of the test is not one");

describe("host keys", () => {
  it.each([
    ED25519,
    `${ED25519} root@hub\n`,
    `hub,10.0.0.1 ${ED25519}`,
    `[hub]:2222 ${ED25519} a comment`,
    `|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ${ED25519}`,
  ])("reads %j, and spells it without names and comment", (line) => {
    expect(hostKeyProblem(line)).toBeUndefined();
    expect(spellHostKey(parseHostKey(line) ?? key)).toBe(ED25519);
  });

  it.each([
    ["", /is not a public host key/],
    ["ssh-ed25519", /is not a public host key/],
    ["ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5", /is not a public host key/],
    ["hub ssh-ed25519 AAAA", /is not a public host key/],
    ["ssh-ed25519 ????", /is not a public host key/],
    [`@cert-authority *.example.org ${ED25519}`, /certificate authority.*not supported: pin the host's own key/],
    [`@revoked hub ${ED25519}`, /has the mark @revoked/],
    ["-----BEGIN OPENSSH PRIVATE KEY-----", /is a private key/],
    ["SHA256:9xyz", /is a fingerprint/],
  ])("refuses %j", (line, words) => {
    if (!line.startsWith("@")) expect(parseHostKey(line)).toBeUndefined();
    expect(hostKeyProblem(line)).toMatch(words);
  });

  it("asks an RSA host for SHA-2 signatures only", () => {
    expect(algorithmsFor([{ type: "ssh-rsa" }])).toEqual(["rsa-sha2-512", "rsa-sha2-256"]);
  });

  it("accepts a pinned key and no other", () => {
    const other = Buffer.from(key.blob);
    other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
    expect(isPinned(key.blob, [key])).toBe(true);
    expect(isPinned(other, [key])).toBe(false);
    expect(isPinned(key.blob, [])).toBe(false);
    expect(fingerprint(key.blob)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});
