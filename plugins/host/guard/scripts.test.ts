import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Rehearsal, whyNotRehearse } from "../cases/rehearsal";
import type { Command } from "../connection/command";
import { reloadAgain } from "./reload-again";
import { parseRollbacks, remark } from "./report";
import { arm, BUSY, disarm, type Saved, settle, undoNow } from "./scripts";
import { tied } from "./tied";

const reason = whyNotRehearse();
if (reason !== undefined) console.warn(`The guard's scripts are not rehearsed: ${reason}`);

const PROGRAMS = "systemctl systemd-run";
const RELOAD = [["systemctl", "reload", "ssh"]];
const change: Saved = { what: "/etc/ssh/a b'c", files: ["/etc/ssh/a b'c", "/etc/new/x"], ...reloadAgain(RELOAD) };
const shell = (body: string): Command => ({ script: { name: "by_hand", body }, args: [] });
/** What a change does: one file gets another text, one comes anew. */
const MAKE = shell(`echo bad >"/etc/ssh/a b'c"; mkdir -p /etc/new; echo x >/etc/new/x`);
/** Somebody who may still confirm it: this process. */
const OWNER = shell(
  `echo "${process.pid} ${
    readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /, "")
      .split(" ")[19]
  }" >/var/lib/jupyterhub-hpc/rollback/1/owner`,
);

describe.skipIf(reason !== undefined)("a rollback on the host", () => {
  let host: Rehearsal;
  const run = (command: Command) => {
    const answer = host.run(command);
    expect(answer, answer.stderr).toMatchObject({ exitCode: 0 });
    return answer.stdout;
  };
  const rehearsed = (programs: Record<string, string | { exit: number; warns: string; says: string }> = {}) =>
    new Rehearsal({
      files: { "/etc/ssh/a b'c": { text: "good\n", mode: "0604" }, "/etc/systemd/system/x": "" },
      programs: { ...Object.fromEntries(PROGRAMS.split(" ").map((name) => [name, ""])), ...programs },
    });
  /** What lies where the scripts put something. */
  const files = () =>
    run(shell("ls -A /etc/ssh /etc/new /etc/systemd/system /var 2>/dev/null || :"))
      .split("\n")
      .filter((line) => line !== "");
  const BEFORE = ["/etc/ssh:", "a b'c", "/etc/systemd/system:", "x", "/var:"];

  beforeEach(() => {
    host = rehearsed();
  });
  afterEach(() => host.end());

  it("goes when the change is confirmed, and the change stays", () => {
    run(arm("1", 10, change));
    expect(host.file("/etc/systemd/system/sysinit.target.wants/jupyterhub-hpc-undo.service")).toBeDefined();
    run(tied("1", MAKE));
    run(disarm("1"));
    expect(host.file("/etc/ssh/a b'c")?.text).toBe("bad\n");
    expect(files()).toEqual(["/etc/new:", "x", ...BEFORE]);
  });

  it("puts the old files back, runs the reload again, and leaves nothing", () => {
    run(arm("1", 10, change));
    run(tied("1", MAKE));
    const [told] = parseRollbacks(run(undoNow("1")));
    expect(told).toMatchObject({ state: "undone", what: change.what, words: "" });
    expect(host.file("/etc/ssh/a b'c")).toEqual({ text: "good\n", mode: "0604" });
    expect(files()).toEqual(BEFORE);
    expect(host.calls()).toContain("systemctl reload-or-restart ssh");
  });

  it("of a deletion brings the resource's record back, without which the file would count as somebody else's", () => {
    const record = "/var/lib/jupyterhub-hpc/previous/file-1";
    run(shell(`mkdir -p ${record}; echo x >${record}/path`));
    run(arm("1", 10, { ...change, record }));
    run(tied("1", shell(`rm -r ${record} "/etc/ssh/a b'c"`)));
    run(undoNow("1"));
    expect(host.file(`${record}/path`)?.text).toBe("x\n");
    expect(host.file("/etc/ssh/a b'c")?.text).toBe("good\n");
  });

  it("is run at boot without touching services, which have not started yet", () => {
    run(arm("1", 10, change));
    run(tied("1", MAKE));
    const calls = host.calls().length;
    run(shell("sh /var/lib/jupyterhub-hpc/rollback/1/undo.sh boot"));
    expect(host.calls().slice(calls)).toEqual(["systemctl daemon-reload"]);
    expect(host.file("/etc/ssh/a b'c")).toEqual({ text: "good\n", mode: "0604" });
    expect(host.file("/etc/systemd/system/sysinit.target.wants/jupyterhub-hpc-undo.service")).toBeUndefined();
    expect(parseRollbacks(run(settle(""))).map(remark)).toEqual([
      expect.stringMatching(/^at 20\S+Z the host undid a change of its \/etc\/ssh\/a b'c by itself/),
    ]);
  });

  it("is confirmed or undone, not both; what arrives after the undoing does nothing", () => {
    run(arm("1", 10, change));
    run(shell("sh /var/lib/jupyterhub-hpc/rollback/1/undo.sh"));
    expect(host.run(tied("1", MAKE)).stderr).toMatch(/the rollback came first, so nothing was changed/);
    expect(host.run(disarm("1")).stderr).toMatch(/the rollback came first/);
    expect(host.file("/etc/ssh/a b'c")?.text).toBe("good\n");
    run(arm("2", 10, change));
    run(disarm("2"));
    run(shell("sh /var/lib/jupyterhub-hpc/rollback/2/undo.sh 2>/dev/null || :"));
    expect(files()).toEqual(BEFORE);
  });

  it("refuses before anything is changed when there is no timer to be had", () => {
    host.end();
    host = rehearsed({ "systemd-run": { exit: 1, warns: "Failed to connect to bus\n", says: "" } });
    expect(host.run(arm("1", 10, change)).stderr).toBe("systemd-run failed: Failed to connect to bus\n");
    expect(files()).toEqual(BEFORE);
  });

  it("makes another run wait while its owner is there, and undoes it when not", () => {
    run(arm("1", 10, change));
    run(tied("1", MAKE));
    run(OWNER);
    const busy = host.run(arm("2", 10, { what: "/etc/other", files: [] }));
    expect(busy.exitCode).toBe(BUSY);
    expect(parseRollbacks(busy.stdout)).toMatchObject([{ state: "armed", number: "1", what: change.what }]);
    expect(parseRollbacks(busy.stdout)[0]?.secondsLeft).toBeGreaterThan(0);
    expect(parseRollbacks(run(settle("")))).toMatchObject([{ state: "armed" }]);
    expect(run(settle("1"))).toBe("");
    run(shell("echo '1 1' >/var/lib/jupyterhub-hpc/rollback/1/owner"));
    run(arm("2", 10, { what: "/etc/other", files: [] }));
    expect(host.file("/etc/ssh/a b'c")?.text).toBe("good\n");
    expect(parseRollbacks(run(settle("2")))).toMatchObject([{ state: "undone", number: "1" }]);
    run(disarm("2"));
  });

  it("says so when it cannot put something back, lets no other change happen, and tries again", () => {
    run(arm("1", 10, change));
    run(shell(`rm "/etc/ssh/a b'c"; mkdir -p "/etc/ssh/a b'c/x"`));
    const [told] = parseRollbacks(run(undoNow("1")));
    expect(told).toMatchObject({ state: "failed", words: expect.stringContaining("irectory") });
    expect(told && remark(told)).toMatch(/could not undo a change of its .* the ending \.1\.undo\./);
    expect(host.run(arm("2", 10, change)).stderr).toMatch(/an earlier change of its .* could not be undone: /);
    expect(host.file("/etc/systemd/system/sysinit.target.wants/jupyterhub-hpc-undo.service")).toBeDefined();
    run(shell(`rm -r "/etc/ssh/a b'c"`));
    run(arm("2", 10, change));
    expect(host.file("/etc/ssh/a b'c")).toEqual({ text: "good\n", mode: "0604" });
    run(disarm("2"));
    expect(files()).toEqual(BEFORE);
  });

  it("counts a service that does not come back as failed", () => {
    host.end();
    host = rehearsed({
      systemctl: { "re* ssh": { exit: 1, warns: "Job failed.", says: "" }, "*": "" } as never,
    });
    run(arm("1", 10, change));
    expect(parseRollbacks(run(undoNow("1")))).toMatchObject([{ state: "failed", words: "Job failed.Job failed." }]);
  });
});
