import { describe, expect, it } from "vitest";
import { parseOptions } from "./authorized-key/facts";
import { parseImage } from "./container-image/facts";
import { changedLines } from "./firewall/facts";
import { parseKeyPair } from "./key-pair/facts";
import { parseRandomSecret } from "./random-secret/facts";
import { procPath, satisfies } from "./sysctl/facts";
import { parseUnit } from "./systemd-unit/facts";
import { startFor } from "./systemd-unit/plan";
import { parseUser } from "./user/facts";

describe("a unit", () => {
  it.each([
    ["LoadState loaded\nActiveState active\nUnitFileState enabled\n", { found: true, enabled: true, active: true }],
    [
      "LoadState loaded\nActiveState activating\nUnitFileState disabled\n",
      { found: true, enabled: false, active: false },
    ],
    ["LoadState loaded\nActiveState failed\nUnitFileState static\n", { found: true, enabled: false, active: false }],
    ["LoadState not-found\nActiveState inactive\nUnitFileState\n", { found: false, enabled: false, active: false }],
  ])("%j", (stdout, facts) => {
    expect(parseUnit(stdout)).toMatchObject(facts);
  });

  it("is restarted for new text or a trigger, reloaded for a reload trigger, else only started", () => {
    const unit = {
      name: "a.service",
      content: "x",
      enabled: true,
      active: true,
      triggers: ["1"],
      reloadTriggers: ["1"],
      startTimeout: 1,
    };
    expect(startFor(unit, unit)).toBe("start");
    expect(startFor({ ...unit, active: false }, unit)).toBe("start");
    expect(startFor(unit, { ...unit, content: "y" })).toBe("restart");
    expect(startFor(unit, { ...unit, triggers: ["2"], reloadTriggers: ["2"] })).toBe("restart");
    expect(startFor(unit, { ...unit, reloadTriggers: ["2"] })).toBe("reload");
  });
});

describe("an account", () => {
  it("is read with groups, subordinate ids and linger", () => {
    const stdout =
      "passwd jh:x:995:990::/var/lib/jh:/usr/sbin/nologin\ngroups jh users\nsubuid 65536\nsubgid 65536\nlinger yes\n";
    expect(parseUser(stdout)).toEqual({
      uid: 995,
      gid: 990,
      home: "/var/lib/jh",
      shell: "/usr/sbin/nologin",
      groups: ["jh", "users"],
      subids: true,
      linger: true,
    });
  });

  it("has no subordinate ids with only half of them, and may be missing", () => {
    expect(parseUser("passwd a:x:1:1::/:/bin/sh\ngroups a\nsubuid 65536\nsubgid 0\n")?.subids).toBe(false);
    expect(parseUser("")).toBeUndefined();
  });
});

describe("a firewall table", () => {
  const listing = "table inet t {\n\tchain c {\n\t\ttcp dport 22 accept\n\t\ttcp dport 443 accept\n\t}\n}\n";
  it.each([
    ["nothing", listing, []],
    [
      "a rule more",
      listing.replace("443 accept\n", "443 accept\n\t\ttcp dport 23 accept\n"),
      ["+ tcp dport 23 accept"],
    ],
    ["a rule less", listing.replace("\t\ttcp dport 22 accept\n", ""), ["- tcp dport 22 accept"]],
    ["a rule twice", listing.replace("22 accept\n", "22 accept\n\t\ttcp dport 22 accept\n"), ["+ tcp dport 22 accept"]],
    [
      "another order",
      "table inet t {\n\tchain c {\n\t\ttcp dport 443 accept\n\t\ttcp dport 22 accept\n\t}\n}\n",
      ["the order of the rules"],
    ],
  ])("changed by %s", (_, live, changed) => {
    expect(changedLines(listing, live)).toEqual(changed);
  });
});

describe("a kernel setting", () => {
  it.each([
    ["443", "443", false, true],
    ["1024", "443", false, false],
    ["1024", "443", true, true],
    ["80", "443", true, false],
    ["4096 131072", "4096 131072", true, true],
    ["9007199254740993", "9007199254740992", true, true],
  ])("%s for %s (at least: %s)", (live, wanted, atLeast, enough) => {
    expect(satisfies(live, wanted, atLeast)).toBe(enough);
  });

  it("may have dots in the name of an interface", () => {
    expect(procPath("net.ipv4.conf.eth0/1.forwarding")).toBe("net/ipv4/conf/eth0.1/forwarding");
  });
});

describe("keys, secrets and images", () => {
  it("finds the options in front of a key, but not in a comment", () => {
    const key = "ssh-ed25519 AAAA";
    expect(parseOptions(`# ${key}\nrestrict,command="a b" ${key} me\n`, key)).toBe('restrict,command="a b"');
    expect(parseOptions(`${key}\n`, key)).toBe("");
    expect(parseOptions("ssh-ed25519 BBBB\n", key)).toBeUndefined();
  });

  it("reads a key pair without its private half", () => {
    expect(parseKeyPair("stat jh jh 600\npublic ssh-ed25519 AAAA a comment\n")).toEqual({
      type: "ed25519",
      owner: "jh",
      group: "jh",
      mode: "0600",
      publicKey: "ssh-ed25519 AAAA a comment",
    });
    expect(parseKeyPair("stat jh jh 600\npublic ecdsa-sha2-nistp256 AAAA\n")?.type).toBe("ecdsa");
  });

  it("sees a secret that lost its shape", () => {
    expect(parseRandomSecret("stat root root 600\nsha256 ab\nbytes 0\n")?.bytes).toBe(0);
  });

  it("takes only a full id for an image", () => {
    const id = "a".repeat(64);
    expect(parseImage(`${id}\n`)).toBe(`sha256:${id}`);
    expect(parseImage("Error: no such image")).toBeUndefined();
  });
});
