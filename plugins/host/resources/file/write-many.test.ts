import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { END_OF_ONE } from "../../connection/merging";
import { writeFile } from "./plan";

// Not below /tmp, where anybody may write: files are written together in places that only root can change.
let root: string;
beforeEach(() => {
  root = mkdtempSync("/root/write-many-");
  for (const name of ["target", "state", "shell"]) mkdirSync(join(root, name));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const place = (name: string) => join(root, "target", name);
const record = (path: string) => join(root, "state/previous", basename(recordName(path)));
const hash = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");

function recordName(path: string): string {
  return together({ path }).args[4] ?? "";
}

interface Wanted {
  path: string;
  content?: string | Buffer;
  coming?: "create" | "again";
  sum?: string;
}

function together({ path, content = "", coming = "create", sum = hash(content) }: Wanted) {
  const plan = writeFile({ path, owner: "root", group: "root", mode: "0640" }, sum, Buffer.from(content), coming);
  if ("open" in plan || plan.together === undefined) throw new Error(`${path} is not written with others`);
  return plan.together;
}

function run(wanted: Wanted[]): { status: number | null; parts: string[]; stderr: string } {
  const body = together({ path: "/etc/a" }).script.body;
  const args = wanted.flatMap((one) => together(one).args.with(4, record(one.path)));
  const text = `set -eu; T=${root}/shell; die() { printf '%s\\n' "$*" >&2; exit 1; }\nscript() {\n${body}\n}\nscript "$@"`;
  const input = Buffer.concat(wanted.map(({ content = "" }) => Buffer.from(content)));
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", text, "sh", ...args], { input, cwd: "/" });
  return { status, parts: stdout.toString().split(END_OF_ONE), stderr: stderr.toString() };
}

const names = ["plain", "empty", " spaces ", "-dash", ".dot", "back\\slash", "ä", "'quotes\"$(id)`id`", "*"];

it("makes new files whole, with owner, mode and record, and leaves nothing beside them", () => {
  const wanted = names.map((name) => ({
    path: place(name),
    content: name === "empty" ? "" : Buffer.from(`${name}\0\xff\nno newline at the end`),
  }));
  const plain = wanted.filter(({ path }) => !path.includes("\\"));
  expect(run(plain)).toEqual({ status: 0, parts: plain.map(() => "").concat(""), stderr: "" });
  expect(readdirSync(join(root, "target")).sort()).toEqual(plain.map(({ path }) => basename(path)).sort());
  for (const { path, content } of plain) {
    expect(readFileSync(path), path).toEqual(Buffer.from(content));
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(readFileSync(join(record(path), "path"), "utf8")).toBe(`${path}\n`);
    expect(readFileSync(join(record(path), "left"), "utf8")).toBe(`${hash(content)}\n`);
    expect(statSync(record(path)).mode & 0o7777).toBe(0o700);
  }
  expect(readdirSync(join(root, "state/previous"))).toHaveLength(plain.length);
  // sha256sum writes such names in its own way: these are made one by one.
  expect(run(wanted).status).not.toBe(0);
});

it("changes again what has a record, and leaves alone whatever has a surprise in it", () => {
  run([{ path: place("again"), content: "before" }]);
  symlinkSync("/etc/passwd", place("link"));
  symlinkSync("/nowhere", place("dangling"));
  mkdirSync(place("directory"));
  writeFileSync(place("theirs"), "was there before");
  mkdirSync(record(place("deleted by hand")), { recursive: true });
  const wanted: Wanted[] = [
    { path: place("link"), content: "one" },
    { path: place("again"), content: "after", coming: "again" },
    { path: place("dangling"), content: "three" },
    { path: place("directory"), content: "four" },
    { path: place("theirs"), content: "five" },
    { path: place("deleted by hand"), content: "six" },
    { path: place("new"), content: "seven" },
  ];
  const { status, parts, stderr } = run(wanted);
  expect([status, stderr]).toEqual([0, ""]);
  expect(parts).toEqual(["alone\n", "", "alone\n", "alone\n", "alone\n", "alone\n", "", ""]);
  expect(readFileSync(place("again"), "utf8")).toBe("after");
  expect(readFileSync(join(record(place("again")), "left"), "utf8")).toBe(`${hash("before")}\n${hash("after")}\n`);
  expect(readFileSync(place("new"), "utf8")).toBe("seven");
  expect(readFileSync(place("theirs"), "utf8")).toBe("was there before");
  expect(existsSync(place("deleted by hand"))).toBe(false);
  expect(readdirSync(join(root, "target")).filter((name) => name.startsWith(".jupyterhub"))).toEqual([]);
});

it("changes nothing when one did not arrive as it was sent", () => {
  const { status } = run([
    { path: place("good"), content: "good" },
    { path: place("bad"), content: "bad", sum: hash("other") },
  ]);
  expect(status).not.toBe(0);
  expect(readdirSync(join(root, "target"))).toEqual([]);
  expect(readdirSync(join(root, "state"))).toEqual([]);
});

it("does nothing in a directory that others may change", () => {
  chmodSync(join(root, "target"), 0o777);
  expect(run([{ path: place("a") }, { path: place("b") }]).parts).toEqual(["alone\n", "alone\n", ""]);
  expect(readdirSync(join(root, "target"))).toEqual([]);
});

it("removes what a shell that is gone has left, and not what one that lives is making", () => {
  const gone = spawnSync("/bin/sh", ["-c", "echo $$"], { encoding: "utf8" }).stdout.trim();
  mkdirSync(place(`.jupyterhub-hpc-many-${gone}.abc`));
  mkdirSync(place(`.jupyterhub-hpc-many-${process.pid}.abc`));
  expect(run([{ path: place("a") }, { path: place("b") }]).status).toBe(0);
  expect(readdirSync(join(root, "target")).sort()).toEqual([`.jupyterhub-hpc-many-${process.pid}.abc`, "a", "b"]);
});

it("is not for what has a checker, a reload or a way back", () => {
  const plain = { path: "/etc/a", owner: "root", group: "root", mode: "0644" };
  for (const more of [{ validate: ["true", "%s"] }, { reload: [["true"]] }, { guarded: true }])
    expect(writeFile({ ...plain, ...more }, "", Buffer.alloc(0), "create")).toMatchObject({ together: undefined });
  expect(writeFile(plain, "", "host", "create")).toMatchObject({ together: undefined });
});
