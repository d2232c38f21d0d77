import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Command } from "../connection/command";
import { encodeBatch, REMOTE_LOOP } from "../connection/framing";
import { readFacts } from "../facts/read-facts";
import { arm, disarm, readUndone, rollback, undoNow } from "../guard/scripts";
import { readAuthorizedKey } from "./authorized-key/facts";
import { addKey, removeKey } from "./authorized-key/plan";
import { readImage } from "./container-image/facts";
import { pullImage, removeImage, tagImage } from "./container-image/plan";
import { readDirectory } from "./directory/facts";
import { makeDirectory, removeDirectory } from "./directory/plan";
import { readFile } from "./file/facts";
import { removeFile, writeFile } from "./file/plan";
import { readFirewall } from "./firewall/facts";
import { applyFirewall, removeFirewall } from "./firewall/plan";
import { readKeyPair } from "./key-pair/facts";
import { makeKeyPair, removeKeyPair } from "./key-pair/plan";
import { readPackages } from "./package/facts";
import { installPackages, removePackages } from "./package/plan";
import { readEnvironment } from "./python-environment/facts";
import { buildEnvironment, removeEnvironment } from "./python-environment/plan";
import { readRandomSecret } from "./random-secret/facts";
import { makeRandomSecret, removeRandomSecret } from "./random-secret/plan";
import { readCertificate } from "./self-signed-certificate/facts";
import { makeCertificate, removeCertificate } from "./self-signed-certificate/plan";
import { readSysctl } from "./sysctl/facts";
import { setSysctl, unsetSysctl } from "./sysctl/plan";
import { readUnit } from "./systemd-unit/facts";
import { applyUnit, removeUnit } from "./systemd-unit/plan";
import { readUser } from "./user/facts";
import { makeUser, removeUser } from "./user/plan";

const owned = { owner: "root", group: "root" };
const fileArgs = { ...owned, path: "/etc/a", content: "x", mode: "0644", guarded: false, sensitive: false };
const directoryArgs = { ...owned, path: "/etc/a", mode: "0755", removeContents: false };
const userArgs = {
  name: "x",
  system: true,
  home: "/var/lib/x",
  shell: "/bin/sh",
  groups: [],
  subids: true,
  linger: true,
};
const unitArgs = {
  name: "a.service",
  content: "",
  enabled: true,
  active: true,
  triggers: [],
  reloadTriggers: [],
  startTimeout: 1,
};
const keyArgs = { user: "x", key: "ssh-ed25519 AAAA", options: "" };
const pairArgs = { ...owned, path: "/etc/a", type: "ed25519" as const, comment: "x" };
const secretArgs = { ...owned, path: "/etc/a", bytes: 32, prefix: "", mode: "0600" };
const certificateArgs = { ...owned, certPath: "/etc/a", keyPath: "/etc/b", names: ["a"], days: 1 };
const firewallArgs = { table: "t", content: "table inet t { }", path: "/etc/a" };
const environmentArgs = {
  files: { "share/a.json": "{}" },
  ...owned,
  path: "/apps/a",
  python: "/usr/bin/python3",
  requirements: "x",
};
const sysctlArgs = { name: "a.b", value: "1", atLeast: false };
const plan = rollback("1");

const commands: Command[] = [
  readFacts,
  ...[readFile("/a", ""), writeFile(fileArgs), removeFile(fileArgs)],
  ...[readDirectory("/a"), makeDirectory(directoryArgs), removeDirectory(directoryArgs)],
  ...[readUser("x"), makeUser(userArgs, []), removeUser(userArgs)],
  ...[readPackages(["x"]), installPackages(["x"]), removePackages("c", ["x"])],
  ...[readUnit("a.service", ""), applyUnit(unitArgs, "start"), removeUnit(unitArgs)],
  ...[readAuthorizedKey("x", "", "AAAA"), addKey(keyArgs), removeKey(keyArgs)],
  ...[readKeyPair("/a"), makeKeyPair(pairArgs), removeKeyPair(pairArgs)],
  ...[readRandomSecret("/a", ""), makeRandomSecret(secretArgs), removeRandomSecret(secretArgs)],
  ...[readCertificate("/a", "/b", 1), makeCertificate(certificateArgs, true), removeCertificate(certificateArgs)],
  ...[readFirewall("t", "/a", "u"), applyFirewall(firewallArgs), removeFirewall(firewallArgs)],
  ...[readImage("x", "r"), tagImage("x", "i", "r"), pullImage("x", "p", "r"), removeImage("x", "r")],
  ...[readEnvironment("/a"), buildEnvironment(environmentArgs, "", false), removeEnvironment(environmentArgs)],
  ...[readSysctl("a.b", "/d"), setSysctl(sysctlArgs), unsetSysctl(sysctlArgs)],
  ...[arm(plan, 60, { what: "x", files: [], undo: "" }), disarm(plan), undoNow(plan), readUndone],
];

describe("scripts", () => {
  it.each(commands.map((command) => [command.script.name, command] as const))(
    "%s is shell that a POSIX shell takes",
    (_, command) => {
      const text = encodeBatch([{ id: 1, command }], new Set())
        .toString()
        .replace(/^BATCH \d+\n/, "")
        .slice(0, -(command.input?.length ?? 0) || undefined);
      const { stderr, status } = spawnSync("/bin/sh", ["-n"], { input: text, encoding: "utf8" });
      expect(stderr).toBe("");
      expect(status).toBe(0);
    },
  );

  it("have names of their own, since one name is one function in the remote shell", () => {
    const names = [...new Set(commands.map(({ script }) => script))].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("and so has the loop that runs them", () => {
    expect(spawnSync("/bin/sh", ["-n"], { input: REMOTE_LOOP, encoding: "utf8" }).stderr).toBe("");
  });
});
