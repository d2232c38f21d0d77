import type { Command, Script } from "../../connection/command";
import { parseFields } from "../../facts/fields";

/** An environment as it is. */
export interface EnvironmentFacts {
  owner: string;
  group: string;
  /** The requirements it was built from. */
  requirements: string;
  python: string;
  pythonVersion: string;
}

/** Written into an environment when it is complete. */
export const MARKER = ".jupyterhub-hpc";

const READ: Script = {
  name: "environment_read",
  body: `
[ -L "$1" ] && [ -f "$1/${MARKER}/requirements.txt" ] || exit 0
version=$("$1/bin/python" -c 'import platform; print(platform.python_version())' 2>/dev/null) || exit 0
field version "$version"
stat -c 'stat %U %G' -- "$1/"
field python "$(cat "$1/${MARKER}/python")"
field requirements "$(base64 -w0 <"$1/${MARKER}/requirements.txt")"
`,
};

export function readEnvironment(path: string): Command {
  return { script: READ, args: [path], slow: true };
}

/** `undefined` when there is no complete environment whose interpreter runs. */
export function parseEnvironment(stdout: string): EnvironmentFacts | undefined {
  const fields = parseFields(stdout);
  const pythonVersion = fields.get("version");
  if (pythonVersion === undefined) return undefined;
  const [owner = "", group = ""] = (fields.get("stat") ?? "").split(" ");
  const requirements = Buffer.from(fields.get("requirements") ?? "", "base64").toString("utf8");
  return { owner, group, pythonVersion, requirements, python: fields.get("python") ?? "" };
}
