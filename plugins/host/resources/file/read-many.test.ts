import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Script } from "../../connection/command";
import { END_OF_ONE } from "../../connection/merging";
import { readFile } from "./facts";

// Not below /tmp, where anybody may write: the quick way is for places that only root can change.
let root: string;
beforeAll(() => {
  root = mkdtempSync("/root/read-many-");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function run(script: Script, args: readonly string[]): string {
  const text = `set -eu; umask 077; T=${root}; field() { printf '%s %s\\n' "$1" "$2"; }\nscript() {\n${script.body}\n}\nscript "$@"`;
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", text, "sh", ...args], { encoding: "utf8", cwd: "/" });
  expect(status, stderr).toBe(0);
  return stdout;
}

it("says of each file what reading it alone says", () => {
  const place = (name: string) => join(root, name);
  const names = ["plain", "empty", " spaces ", "-dash", "back\\slash", "new\nline", "ä", "'quotes\"", "open/to-others"];
  mkdirSync(place("open"));
  chmodSync(place("open"), 0o777);
  for (const name of names) writeFileSync(place(name), name === "empty" ? "" : `${name}\n`);
  mkdirSync(place("directory"));
  symlinkSync("plain", place("link"));
  symlinkSync("open", place("way"));
  writeFileSync(place("large"), Buffer.alloc(2 * 1024 * 1024));
  const sum = run(readFile(place("plain"), "").script, [place("plain"), "", "0"]).match(/sha256 (\S+)/)?.[1] ?? "";
  expect(sum).toHaveLength(64);
  const commands = [
    ...[...names, "absent", "directory", "link", "way/to-others", "no/such/place", "large"].map((name) =>
      readFile(place(name), "another"),
    ),
    readFile(place("plain"), sum),
  ];
  const [first] = commands;
  if (first?.many === undefined) throw new Error("files are not read together");
  const together = run(
    first.many,
    commands.flatMap(({ args }) => args),
  ).split(END_OF_ONE);
  expect(together.slice(0, -1)).toEqual(commands.map(({ script, args }) => run(script, args)));
  expect(together[0]).toContain("content");
  expect(together.at(-2)).not.toContain("content");
});
