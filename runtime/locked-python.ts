/** Python environments of locked packages, made once, outside the checkout, keyed by the lock files. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cacheDir, checkout } from "../box/paths";

/**
 * Makes an environment, unless it is in the cache.
 * @param locks requirement files with hashes, as paths in the checkout
 * @param purpose whose packages they are, for the line that is printed: "the hub's"
 * @returns its bin directory
 * @throws with the last words of venv or pip, whose own settings hold (PIP_INDEX_URL, PIP_FIND_LINKS)
 */
export async function lockedPython(locks: readonly string[], purpose: string): Promise<string> {
  const files = locks.map((lock) => join(checkout, lock));
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  const directory = join(cacheDir, "python", hash.digest("hex").slice(0, 16));
  const bin = join(directory, "bin");
  if (existsSync(join(directory, "complete"))) return bin;
  console.error(`Installing ${purpose} locked Python packages ...`);
  const run = async (command: string, args: string[]) => {
    const { exitCode, stderr, shortMessage } = await execa(command, args, {
      stdin: "ignore",
      timeout: 900_000,
      reject: false,
    });
    if (exitCode !== 0)
      throw new Error(`${purpose} locked Python packages: ${stderr.split("\n").at(-1) || shortMessage}`);
  };
  await rm(directory, { recursive: true, force: true });
  await run("python3", ["-m", "venv", directory]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"];
  await run(join(bin, "python"), [...pip, ...files.flatMap((file) => ["-r", file])]);
  await writeFile(join(directory, "complete"), "");
  return bin;
}

/** The Python with the hub's locked packages, on the machine that runs this. */
export async function hubPython(): Promise<string> {
  return join(await lockedPython(["runtime/requirements/hub.txt"], "the hub's"), "python");
}
