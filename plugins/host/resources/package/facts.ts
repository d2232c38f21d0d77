import type { Command, Script } from "../../connection/command";
import type { PackageArgs, PackageOutputs } from "./package";
import { claimOf } from "./plan";

const READ: Script = {
  name: "package_read",
  body: `
if command -v dpkg-query >/dev/null; then
  dpkg-query -W -f '\${Package} \${db:Status-Status}\\n' -- "$@" 2>/dev/null | sed -n 's/ installed$//p' | sort -u
else
  for name; do if rpm -q --quiet --whatprovides -- "$name"; then printf '%s\\n' "$name"; fi; done
fi
`,
};

/** Asks which of the packages are installed. */
export function readPackages(names: readonly string[]): Command {
  return { script: READ, args: names };
}

export function parsePackages(stdout: string): Set<string> {
  return new Set(stdout.split("\n").filter((line) => line !== ""));
}

/** The state as the host has it: the names that are installed. `undefined` when none is. */
export function livePackages(
  state: PackageArgs & Partial<PackageOutputs>,
  present: ReadonlySet<string>,
): (PackageArgs & PackageOutputs) | undefined {
  if (present.size === 0) return undefined;
  const { names, installed = [], claim = claimOf(names) } = state;
  return { ...state, installed, claim, names: names.filter((name) => present.has(name)) };
}
