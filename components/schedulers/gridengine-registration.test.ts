/** The commands that make a host a submit host, run by a shell with a qconf that says what Grid Engine 8.1.9 says. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hostKeyOf, qconfCommands, registrationSection } from "./gridengine-registration";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "qconf-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs what is done for `hub` with a qconf that says `words` and fails if it is told to. */
function run(which: "create" | "delete", words: string, status: number) {
  const qconf = join(directory, "qconf");
  writeFileSync(
    qconf,
    `#!/bin/sh\necho "$SGE_ROOT $SGE_CELL $*" >${directory}/asked\necho '${words}' >&2\nexit ${status}\n`,
  );
  chmodSync(qconf, 0o755);
  const host = { address: "192.0.2.20", user: "sgeadmin", hostKeys: [] };
  const registration = registrationSection.parse({ host, submitHosts: ["hub"] });
  const environment = { SGE_ROOT: "/opt/sge", SGE_CELL: "default" };
  const commands = qconfCommands({ registration, binDirectory: directory, environment }, "hub");
  const { exitCode, stderr } = execaSync("sh", ["-c", commands[which]], { reject: false });
  return { exitCode, stderr, asked: readFileSync(join(directory, "asked"), "utf8").trim() };
}

test("a host is registered, and again without harm", () => {
  expect(run("create", "hub added to submit host list", 0)).toMatchObject({
    exitCode: 0,
    asked: "/opt/sge default -as hub",
  });
  expect(run("create", 'submithost "hub" already exists', 1).exitCode).toBe(0);
});

test("it is taken back, and again without harm", () => {
  expect(run("delete", 'removed "hub" from submit host list', 0)).toMatchObject({
    exitCode: 0,
    asked: "/opt/sge default -ds hub",
  });
  expect(run("delete", 'denied: submit host "hub" does not exist', 1).exitCode).toBe(0);
});

test("what Grid Engine refuses is told in its words", () => {
  expect(run("create", 'denied: "admin" must be manager for this operation', 1)).toMatchObject({
    exitCode: 1,
    stderr: 'denied: "admin" must be manager for this operation',
  });
});

test("another account than the manager's becomes the manager by sudo", () => {
  const registration = registrationSection.parse({
    host: { address: "192.0.2.20", user: "admin" },
    submitHosts: ["hub"],
  });
  const { create } = qconfCommands({ registration, binDirectory: "/usr/bin", environment: {} }, "hub");
  expect(create).toContain("sudo -n -u sgeadmin -- /usr/bin/env /usr/bin/qconf -as hub");
});

test("of the pinned keys one is given that the plugin can check", () => {
  expect(hostKeyOf(["ssh-rsa AAAA", "ecdsa-sha2-nistp256 BBBB"])).toBe("ecdsa-sha2-nistp256 BBBB");
  expect(hostKeyOf(["ecdsa-sha2-nistp256 BBBB", "ssh-ed25519 CCCC"])).toBe("ssh-ed25519 CCCC");
  expect(hostKeyOf([])).toBeUndefined();
});
