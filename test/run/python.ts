import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cacheDir } from "../../box/paths";

const LOCKS = ["runtime/requirements/hub.txt", "runtime/requirements/dev.txt"];

let made: Promise<string> | undefined;

/** The Python with the hub's locked packages and the checkers; made once, outside the checkout, keyed by the lock files. */
export function runtimePython(): Promise<string> {
  made ??= make();
  return made;
}

async function make(): Promise<string> {
  const hash = createHash("sha256");
  for (const lock of LOCKS) hash.update(readFileSync(lock));
  const directory = join(cacheDir, "python", hash.digest("hex").slice(0, 16));
  const python = join(directory, "bin/python");
  if (existsSync(join(directory, "complete"))) return python;
  console.log("Installing the hub's locked Python packages for its tests ...");
  const run = (command: string, args: string[]) =>
    execa(command, args, { stdin: "ignore", stdout: "ignore", stderr: "inherit", timeout: 900_000 });
  await rm(directory, { recursive: true, force: true });
  await run("python3", ["-m", "venv", directory]);
  await run(python, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "--require-hashes",
    ...LOCKS.flatMap((lock) => ["-r", lock]),
  ]);
  await run("touch", [join(directory, "complete")]);
  return python;
}
