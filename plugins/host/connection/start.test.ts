import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { commandLine } from "./start";
import { streamProgram } from "./stream";

describe("the command line that starts a program", () => {
  const program = streamProgram({ name: "copy", body: 'printf "<%s>" "$@"; cat' }, ["a'b", "c\nd", "$HOME"]);
  const run = (input: string) =>
    spawnSync("/bin/sh", ["-c", commandLine("n0nce", false, false, Buffer.byteLength(program))], { input });

  it("leaves stdin to the program, byte by byte", () => {
    expect(run(`n0nce\n${program}what follows`).stdout.toString()).toBe("GO-n0nce\n<a'b><c\nd><$HOME>what follows");
  });

  it("skips a password that sudo did not ask for", () => {
    expect(run(`geheim; exit 1\nn0nce\n${program}x`).stdout.toString()).toMatch(/>x$/);
  });

  it("is one line, without a value in it, that csh reads like sh", () => {
    const line = commandLine("n0nce", true, true, 12);
    expect(line).toMatch(/^sudo -S -p ASK-n0nce -- \/bin\/sh -c '[^'\n!]*'$/);
    expect(commandLine("n0nce", true, false, 12)).toMatch(/^sudo -n -- /);
  });
});
