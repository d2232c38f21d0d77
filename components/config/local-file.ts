import { homedir } from "node:os";
import { isAbsolute, resolve } from "node:path";

/** Where a path of the configuration lies: `~` is the home directory, a relative path starts at the project's folder. */
export function localFile(root: string, path: string): string {
  const expanded = path === "~" || path.startsWith("~/") ? homedir() + path.slice(1) : path;
  return isAbsolute(expanded) ? expanded : resolve(root, expanded);
}
