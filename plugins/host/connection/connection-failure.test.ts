import { describe, expect, it } from "vitest";
import { type Attempt, connectionFailure, privilegeFailure, type Stage } from "./connection-failure";
import { parseHostKey } from "./host-key";

const KEY = parseHostKey("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn");
const attempt: Attempt = {
  name: "login1",
  address: "10.0.0.1",
  port: 22,
  user: "admin",
  pinned: KEY ? [KEY] : [],
  stage: "reach",
  said: "",
  methods: [],
  halfway: false,
  timeoutSeconds: 20,
  means: "the keys of the agent",
};
const error = (message: string, more: object = {}) => Object.assign(new Error(message), more);
const late = error("Timed out while waiting for handshake", { level: "client-timeout" });
const refused = error("All configured authentication methods failed", { level: "client-authentication" });

describe("a connection that failed", () => {
  it.each<[string, Error, Partial<Attempt>, RegExp]>([
    ["refused", error("connect ECONNREFUSED", { code: "ECONNREFUSED" }), {}, /connection refused.*port 22\?$/],
    ["an unknown name", error("getaddrinfo", { code: "ENOTFOUND" }), {}, /name 10\.0\.0\.1 cannot be resolved/],
    ["no route", error("connect EHOSTUNREACH", { code: "EHOSTUNREACH" }), {}, /no route.*jump host/],
    ["a late name", late, { stage: "name", address: "hub" }, /timed out after 20 s\. The name hub was not resolved/],
    ["a late port", late, { stage: "reach" }, /timed out after 20 s.*firewall drop port 22/],
    ["a late port behind", late, { stage: "reach", via: "10.0.0.9" }, /firewall behind 10\.0\.0\.9 drop/],
    ["a late greeting", late, { stage: "greet" }, /timed out.*does not say that it is an SSH server/],
    ["a late key", late, { stage: "key" }, /timed out.*MTU/],
    ["a late login", late, { stage: "login" }, /timed out.*login as admin did not end.*PAM/],
    ["a slammed door", error("Connection lost"), { stage: "greet" }, /closed the connection before.*MaxStartups/],
    [
      "a penalty",
      error("lost"),
      { stage: "greet", said: "Not allowed at this time" },
      /\("Not allowed at this time"\)/,
    ],
    [
      "another service",
      error("lost"),
      { stage: "greet", said: "HTTP/1.1 400" },
      /does not speak SSH.*"HTTP\/1\.1 400"/,
    ],
    [
      "no such key type",
      error("no matching host key format"),
      { stage: "key" },
      /no host key of a pinned type.*doctor/,
    ],
    ["a refused login", refused, { stage: "login" }, /login as admin was refused \(tried the keys of the agent\)/],
    [
      "a second factor",
      refused,
      { stage: "login", halfway: true, methods: ["password"] },
      /key was accepted.*password/,
    ],
    ["no keys taken", refused, { stage: "login", methods: ["password"] }, /takes no keys, only password/],
    ["many keys", error("Too many authentication failures"), { stage: "login" }, /too many to try \(MaxAuthTries\)/],
    ["an agent that is gone", error("connect ENOENT", { level: "agent" }), { stage: "login" }, /agent did not answer/],
    [
      "an encrypted key",
      error("Cannot parse privateKey: Encrypted private OpenSSH key detected, but no passphrase given"),
      { stage: "greet", means: "the key in /k" },
      /the key in \/k is encrypted.*passphrase.*agent: true/,
    ],
    [
      "a wrong passphrase",
      error("Cannot parse privateKey: OpenSSH key integrity check failed -- bad passphrase?"),
      { stage: "greet" },
      /passphrase does not open/,
    ],
    [
      "a file that is no key",
      error("Cannot parse privateKey: Unsupported key format"),
      { stage: "greet" },
      /not a private key that can be used here \(Unsupported key format\)/,
    ],
    [
      "no forwarding",
      error("open failed", { reason: 1 }),
      { via: "10.0.0.9" },
      /10\.0\.0\.9 does not forward.*AllowTcp/,
    ],
    [
      "a jump that cannot reach it",
      error("(SSH) Channel open failure: Connection refused", { reason: 2 }),
      { via: "10.0.0.9" },
      /10\.0\.0\.9 cannot reach it \(Connection refused\)/,
    ],
  ])("of %s says what to do, with host and address", (_, raised, more, words) => {
    const { message } = connectionFailure(raised, { ...attempt, ...more });
    expect(message).toMatch(/^login1 \((10\.0\.0\.1|hub):22\): /);
    expect(message).toMatch(words);
    expect(message).toMatch(/[.?]$/);
  });

  it.each<[string, number, string]>([
    ["10.0.0.1", 22, "host-key 10.0.0.1 "],
    ["10.0.0.1", 2222, "host-key 10.0.0.1:2222 "],
    ["fd00::1", 22, "host-key [fd00::1]:22 "],
  ])("shows the expected and the seen fingerprint of a key of %s:%i that does not match", (address, port, command) => {
    const seen = Buffer.from("0000000b7373682d656432353531390000002000", "hex");
    const denied = error("Handshake failed: Host denied (verification failed)");
    const { message } = connectionFailure(denied, { ...attempt, stage: "key" as Stage, address, port, seen });
    expect(message).toMatch(/expected ssh-ed25519 SHA256:\S+, but it showed ssh-ed25519 SHA256:\S+/);
    expect(message).toContain(`npm run doctor -- ${command}`);
  });
});

describe("sudo that failed", () => {
  it.each([
    ["sudo: a password is required", /give the provider sudoPassword/],
    ["sudo: 1 incorrect password attempt", /not the one of admin/],
    ["sudo: sorry, you must have a tty to run sudo", /Defaults:admin !requiretty/],
    ["admin is not in the sudoers file.", /connect as root/],
    ["sh: sudo: command not found", /Install sudo/],
    ["sh: 1: sudo: not found", /Install sudo/],
    ["\nno answer within 20 s", /sudo ask for more than a password/],
    ["This account is currently not available.\n", /Give admin a login shell/],
    ["Welcome to the file drop\n", /Welcome to the file drop.*ForceCommand/],
    ["", /it said nothing/],
  ])("of %j says what to do", (said, words) => {
    const { message } = privilegeFailure("login1", "10.0.0.1", "admin", true, said);
    expect(message).toMatch(/^login1 \(10\.0\.0\.1\): /);
    expect(message).toMatch(words);
  });
});
