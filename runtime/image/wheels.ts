import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cacheDirectory, contentKey, runtimeDirectory } from "./cache";

/** Python of Debian 13, on which the hub's image and the box's hosts run. */
export const targetPython = "3.13";

const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
const platforms = [
  "manylinux_2_34",
  "manylinux_2_28",
  "manylinux_2_17",
  "manylinux2014",
  "manylinux_2_12",
  "manylinux_2_5",
];

/**
 * Downloads every wheel of a lock file with the machine's own pip (its index, proxy and certificates), checking the
 * lock's hashes. Does nothing when the wheels of this lock are there.
 *
 * @param lock name below `runtime/requirements/`, e.g. `hub.txt`
 * @returns the directory with the wheels
 * @throws Error with pip's own words
 */
export async function ensureWheels(lock: string): Promise<string> {
  const file = join(runtimeDirectory, "requirements", lock);
  const directory = join(
    cacheDirectory,
    "wheels",
    `${lock.replace(/\.txt$/, "")}-${targetPython}-${contentKey([`requirements/${lock}`], [machine])}`,
  );
  if (existsSync(directory)) return directory;
  const unfinished = `${directory}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const wanted = join(unfinished, "requirements.txt");
  await writeFile(wanted, forTarget(await readFile(file, "utf8")));
  const result = await execa(
    "python3",
    [
      ...[
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
      ],
      ...["--implementation", "cp", "--python-version", targetPython],
      ...platforms.flatMap((platform) => ["--platform", `${platform}_${machine}`]),
      ...["--dest", unfinished, "--requirement", wanted],
    ],
    { reject: false, all: true, timeout: 900_000 },
  );
  if (result.failed) {
    throw new Error(
      `The wheels of runtime/requirements/${lock} could not be downloaded (pip download): ${result.all}\nNext: check that pip reaches a package index from this machine.`,
    );
  }
  await rm(wanted);
  await rename(unfinished, directory);
  return directory;
}

/** The lock's entries that apply to the target: pip would judge the markers by the Python it runs on itself. */
export function forTarget(lock: string): string {
  const logical = lock.replaceAll(/\s*\\\n\s*/g, " ").split("\n");
  return logical
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => {
      const marker = /^(\S+) ; (.*?)((?: --hash=\S+)+)\s*$/.exec(line);
      if (!marker) return [line];
      const [, requirement, condition, hashes] = marker;
      return holds(condition ?? "") ? [`${requirement}${hashes}`] : [];
    })
    .join("\n");
}

const facts: Record<string, string> = {
  sys_platform: "linux",
  os_name: "posix",
  platform_system: "Linux",
  platform_machine: machine,
  implementation_name: "cpython",
  platform_python_implementation: "CPython",
  python_full_version: `${targetPython}.0`,
  python_version: targetPython,
};

/** Whether a marker of `and` and `or` without parentheses, all that uv writes, holds on the target. */
function holds(condition: string): boolean {
  return condition.split(" or ").some((all) => all.split(" and ").every(comparison));
}

function comparison(text: string): boolean {
  const parts = /^\(?\s*(\w+) (==|!=|<|<=|>|>=) '([^']*)'\s*\)?$/.exec(text.trim());
  const actual = facts[parts?.[1] ?? ""];
  if (!parts || actual === undefined) throw new Error(`cannot judge the marker ${JSON.stringify(text)} of a lock file`);
  const order = parts[1]?.startsWith("python") ? compareVersions(actual, parts[3] ?? "") : actual === parts[3] ? 0 : 1;
  return { "==": order === 0, "!=": order !== 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[
    parts[2] as "=="
  ];
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
