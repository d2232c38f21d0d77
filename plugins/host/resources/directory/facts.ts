import type { Command, Script } from "../../connection/command";
import { parseFields } from "../../facts/fields";

/** A directory as it is. */
export interface DirectoryFacts {
  owner: string;
  group: string;
  mode: string;
}

const READ: Script = {
  name: "directory_read",
  body: `
if [ -d "$1" ] && [ ! -L "$1" ]; then stat -c 'stat %U %G %a' -- "$1"; fi
`,
};

export function readDirectory(path: string): Command {
  return { script: READ, args: [path] };
}

/** `undefined` when there is no directory at the path. */
export function parseDirectory(stdout: string): DirectoryFacts | undefined {
  const stat = parseFields(stdout).get("stat");
  if (stat === undefined) return undefined;
  const [owner = "", group = "", mode = ""] = stat.split(" ");
  return { owner, group, mode: mode.padStart(4, "0") };
}
