import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Command } from "../connection/command";
import { encodeBatch, REMOTE_LOOP } from "../connection/framing";
import { readFacts } from "../facts/read-facts";
import { arm, disarm, readUndone, rollback, undoNow } from "../guard/scripts";

const plan = rollback("1");

/** Those that no resource has; cases.test.ts looks at theirs. */
const commands: Command[] = [
  readFacts,
  ...[arm(plan, 60, { what: "x", files: [], undo: "" }), disarm(plan), undoNow(plan), readUndone],
];

describe("scripts", () => {
  it.each(commands.map((command) => [command.script.name, command] as const))(
    "%s is shell that a POSIX shell takes",
    (_, command) => {
      const text = encodeBatch([{ id: 1, command }], new Set()).toString();
      const input = text.replace(/^BATCH \d+\n/, "");
      const { stderr, status } = spawnSync("/bin/sh", ["-n"], { input, encoding: "utf8" });
      expect(stderr).toBe("");
      expect(status).toBe(0);
    },
  );

  it("and so is the loop that runs them", () => {
    expect(spawnSync("/bin/sh", ["-n"], { input: REMOTE_LOOP, encoding: "utf8" }).stderr).toBe("");
  });
});
