import { describe, expect, it } from "vitest";
import { type Attempt, connectionFailure, privilegeFailure } from "./connection-failure";
import { parseHostKey } from "./host-key";

const KEY = parseHostKey("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdCTUsMnKK2frZ5/2Oy+ZDYmrwOly6e94jmRBSmHwwn");
const attempt: Attempt = {
  name: "login1",
  address: "10.0.0.1",
  port: 22,
  user: "admin",
  pinned: KEY ? [KEY] : [],
  timeoutSeconds: 20,
  means: "the keys of the agent",
};
const error = (message: string, more: object = {}) => Object.assign(new Error(message), more);

describe("a connection that failed", () => {
  it.each([
    [error("connect ECONNREFUSED", { code: "ECONNREFUSED" }), /connection refused.*port 22\?$/],
    [error("Timed out while waiting for handshake", { level: "client-timeout" }), /timed out after 20 s.*firewall/],
    [
      error("All configured authentication methods failed", { level: "client-authentication" }),
      /login as admin was refused \(tried the keys of the agent\)/,
    ],
    [error("getaddrinfo ENOTFOUND", { code: "ENOTFOUND" }), /name 10.0.0.1 cannot be resolved/],
    [error("connect EHOSTUNREACH", { code: "EHOSTUNREACH" }), /no route/],
    [error("Connection lost before handshake"), /closed the connection/],
  ])("says of %s what to do, with host and address", (raised, words) => {
    const { message } = connectionFailure(raised, attempt);
    expect(message).toMatch(/^login1 \(10\.0\.0\.1:22\): /);
    expect(message).toMatch(words);
  });

  it("shows the expected and the seen fingerprint of a key that does not match", () => {
    const seen = Buffer.from("0000000b7373682d656432353531390000002000", "hex");
    expect(
      connectionFailure(error("Handshake failed: Host denied (verification failed)"), { ...attempt, seen }).message,
    ).toMatch(/expected ssh-ed25519 SHA256:\S+, but it showed ssh-ed25519 SHA256:\S+/);
  });
});

describe("sudo that failed", () => {
  it.each([
    ["sudo: a password is required", /give the provider sudoPassword/],
    ["sudo: 1 incorrect password attempt", /not the one of admin/],
    ["admin is not in the sudoers file.", /connect as root/],
    ["sh: sudo: command not found", /Install sudo/],
  ])("of %j says what to do", (stderr, words) => {
    expect(privilegeFailure("login1", "10.0.0.1", "admin", true, stderr).message).toMatch(words);
  });
});
