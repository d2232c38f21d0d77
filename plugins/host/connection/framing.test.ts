import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Answer, Command, Script } from "./command";
import { AnswerReader, encodeBatch, REMOTE_LOOP } from "./framing";

const children: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});
const STARTER = `eval "$(head -c ${Buffer.byteLength(REMOTE_LOOP)})"`;

/** Runs batches through the real loop in a local shell. */
async function exchange(batches: Command[][], before = ""): Promise<Answer[]> {
  const child = spawn("/bin/sh", ["-c", before + STARTER], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  child.stdin.write(REMOTE_LOOP);
  const reader = new AnswerReader();
  const answers: Answer[] = [];
  const defined = new Set<Script>();
  let id = 0;
  let ready = false;
  const wanted = batches.flat().length;
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => reject(new Error(`the loop ended with ${code}`)));
    child.stdout.on("data", (piece: Buffer) => {
      let rest = piece;
      if (!ready) {
        expect(piece.subarray(0, 6).toString()).toBe("READY\n");
        ready = true;
        rest = piece.subarray(6);
      }
      // In the smallest pieces, as a network may deliver them.
      for (let i = 0; i < rest.length; i += 7)
        answers.push(...reader.push(rest.subarray(i, i + 7)).map(({ answer }) => answer));
      if (answers.length === wanted) resolve();
    });
    for (const batch of batches)
      child.stdin.write(
        encodeBatch(
          batch.map((command) => ({ id: ++id, command })),
          defined,
        ),
      );
  });
  return answers;
}

const script = (name: string, body: string): Script => ({ name, body });
const ECHO = script("echo_args", `for a; do printf '<%s>' "$a"; done`);
const SUM = script("sum_input", `sha256sum | cut -c1-64`);
const FAIL = script("fail_loud", `echo out; die "it's broken"`);
const STRICT = script("strict", `false; echo unreachable`);
const IGNORE = script("ignore_input", `echo ignored`);

describe("the remote loop", () => {
  it("passes arguments as they are", async () => {
    const nasty = ["", " ", "a'b", '"$(id)`id`"', "\\n\n", "ä€😀", "*", "-n", "!x", "x;reboot"];
    const [answer] = await exchange([[{ script: ECHO, args: nasty }]]);
    expect(answer).toEqual({ exitCode: 0, stdout: nasty.map((arg) => `<${arg}>`).join(""), stderr: "" });
  });

  it("carries any bytes as input, and goes on after input that nobody read", async () => {
    const { createHash } = await import("node:crypto");
    const bytes = Buffer.alloc(300_000, Buffer.from([0, 255, 10, 13, 39, 1]));
    const answers = await exchange([
      [
        { script: IGNORE, args: [], input: bytes },
        { script: SUM, args: [], input: bytes },
      ],
      [{ script: SUM, args: [], input: Buffer.from("no newline at the end") }],
    ]);
    const sum = (data: Buffer | string) => `${createHash("sha256").update(data).digest("hex")}\n`;
    expect(answers.map(({ stdout }) => stdout)).toEqual(["ignored\n", sum(bytes), sum("no newline at the end")]);
  });

  it("tells exit code, stdout and stderr of each request apart, and stops a script at its first failure", async () => {
    expect(
      await exchange([
        [
          { script: FAIL, args: [] },
          { script: STRICT, args: [] },
          { script: ECHO, args: ["still here"] },
        ],
      ]),
    ).toEqual([
      { exitCode: 1, stdout: "out\n", stderr: "it's broken\n" },
      { exitCode: 1, stdout: "", stderr: "" },
      { exitCode: 0, stdout: "<still here>", stderr: "" },
    ]);
  });

  it("says so when there is no room for an input, and takes nothing of it for a command", async () => {
    const input = Buffer.from("BATCH 9\nreboot\n.\n".repeat(500));
    const [answer] = await exchange([[{ script: IGNORE, args: [], input }]], "ulimit -f 4; ");
    expect(answer).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^there is no room in \S+ for 8500 bytes/),
    });
  });

  it.each([
    ["a command", ["keep", "keeper"], undefined, 5],
    ["an input", ["x"], Buffer.from("half of this"), 5],
  ])("does nothing with half of %s, as when the connection is lost", async (_, args, input, cut) => {
    const directory = await mkdtemp(join(tmpdir(), "framing-"));
    const child = spawn("/bin/sh", ["-c", STARTER], { stdio: ["pipe", "ignore", "inherit"] });
    children.push(child);
    const trace = script("trace", `for a; do : >"${directory}/$a"; done`);
    const batch = encodeBatch([{ id: 1, command: { script: trace, args, input } }], new Set());
    child.stdin.end(Buffer.concat([Buffer.from(REMOTE_LOOP), batch.subarray(0, batch.length - cut)]));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(await readdir(directory)).toEqual([]);
    expect(code).toBe(73);
    await rm(directory, { recursive: true });
  });
});

describe("sending", () => {
  it("defines a script once in each shell", () => {
    const defined = new Set<Script>();
    const request = { id: 1, command: { script: ECHO, args: [] } };
    expect(encodeBatch([request], defined).toString()).toContain("echo_args() {");
    expect(encodeBatch([request], defined).toString()).not.toContain("echo_args() {");
  });

  it("refuses an argument with a NUL byte", () => {
    expect(() => encodeBatch([{ id: 1, command: { script: ECHO, args: ["a\0b"] } }], new Set())).toThrow(/NUL/);
  });

  it("refuses an answer out of turn", () => {
    expect(() => new AnswerReader().push(Buffer.from("motd: welcome\n"))).toThrow(/out of turn/);
  });
});
