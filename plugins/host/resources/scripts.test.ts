import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Command } from "../connection/command";
import { encodeBatch, REMOTE_LOOP } from "../connection/framing";
import { readFacts } from "../facts/read-facts";
import { reloadAgain } from "../guard/reload-again";
import { arm, disarm, settle, undoNow } from "../guard/scripts";
import { tied } from "../guard/tied";
import { UNDO_PROGRAM } from "../guard/undo";

/** Those that no resource has; cases.test.ts looks at theirs. */
const commands: Command[] = [
  readFacts,
  ...[arm("1", 60, { what: "x", files: [] }), disarm("1"), undoNow("1"), settle(""), tied("1", readFacts)],
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

  it.each([
    ["the loop that runs them", REMOTE_LOOP],
    ["what undoes a change", UNDO_PROGRAM],
    ...Object.entries(reloadAgain([["systemctl", "reload", "a b"], ["x"]])),
  ])("and so is %s", (_, input) => {
    expect(spawnSync("/bin/sh", ["-n"], { input, encoding: "utf8" }).stderr).toBe("");
  });
});
