import { describe, expect, it } from "vitest";
import { type HostKey, parseHostKey } from "../../plugins/host/connection/host-key";
import { describe as inWords, judge } from "./comparison";
import { print, yamlLines } from "./print";

const key = (type: string, seed: number): HostKey => {
  const head = Buffer.concat([Buffer.from([0, 0, 0, type.length]), Buffer.from(type)]);
  return { type, blob: Buffer.concat([head, Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, seed)]) };
};
const [ed1, ed2] = [key("ssh-ed25519", 1), key("ssh-ed25519", 2)];
const [rsa1, rsa2] = [key("ssh-rsa", 1), key("ssh-rsa", 2)];
const host = { key: "hub.host", address: "hub", port: 22, user: "root", pinned: [ed1] };

describe("what is pinned against what is shown", () => {
  it.each<[string, HostKey[], HostKey[], string]>([
    ["the same", [ed1], [ed1], "match"],
    ["one of those shown", [ed1], [ed1, rsa1], "match"],
    ["the old and the new key", [ed1, ed2], [ed2], "match"],
    ["a type the host has no more", [ed1, rsa1], [ed1], "match"],
    ["another key", [ed1], [ed2, rsa1], "differs"],
    ["one right and one wrong", [ed1, rsa1], [ed1, rsa2], "differs"],
    ["another type", [ed1], [rsa1], "differs"],
    ["nothing pinned", [], [ed1], "differs"],
  ])("%s", (_, pinned, shown, verdict) => {
    expect(judge(pinned, shown)).toBe(verdict);
  });

  it("is said with both fingerprints, and what to do", () => {
    const words = inWords(host, { verdict: "differs", shown: [ed2] });
    expect(words).toMatch(
      /^hub\.host \(hub\): differs\n {2}pinned: ssh-ed25519 SHA256:\S+\n {2}shown: {2}ssh-ed25519 SHA256:/,
    );
    expect(words).toContain("npm run doctor -- host-key hub");
    expect(inWords(host, { verdict: "not reachable", reason: "gone" })).toBe("hub.host (hub): not reachable\n  gone");
  });
});

describe("a host's keys", () => {
  it("are printed as lines that can be pinned", () => {
    const lines = yamlLines([ed1, rsa1]).split("\n");
    expect(lines[0]).toBe("hostKeys:");
    expect(lines.slice(1).map((line) => parseHostKey(line.replace("  - ", ""))?.type)).toEqual([
      "ssh-ed25519",
      "ssh-rsa",
    ]);
  });

  it("come with the command for the console, before the lines to paste", async () => {
    const text = await print("hub", 2222, [ed1]);
    expect(text).toMatch(/^hub:2222 shows this key:\n\n256 SHA256:\S+ .*\(ED25519\)\n\+--\[ED25519 256\]--\+/);
    expect(text.indexOf("ssh-keygen -lvf")).toBeLessThan(text.indexOf("hostKeys:"));
  });
});
