import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The `runtime/` directory of the checkout. */
export const runtimeDirectory = dirname(dirname(fileURLToPath(import.meta.url)));

export { cacheDir as cacheDirectory } from "../../box/paths";

/**
 * A short hash over files and strings, for naming what is made of them.
 *
 * @param paths files, or directories taken with everything in them but caches, relative to `runtime/`
 * @param more further things the result depends on
 */
export function contentKey(paths: string[], more: string[] = []): string {
  const hash = createHash("sha256");
  for (const path of paths) addPath(path);
  for (const text of more) hash.update(`\0${text}`);
  return hash.digest("hex").slice(0, 16);

  function addPath(path: string): void {
    const full = join(runtimeDirectory, path);
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) {
        if (!["__pycache__", "node_modules"].includes(name) && !name.startsWith(".")) addPath(join(path, name));
      }
      return;
    }
    hash.update(`\0${path}\0`).update(readFileSync(full));
  }
}
