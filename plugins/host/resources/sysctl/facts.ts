import type { Command, Script } from "../../connection/command";
import { parseFields } from "../../facts/fields";
import type { SysctlArgs } from "./sysctl";

/** A kernel setting as it is. */
export interface SysctlFacts {
  /** The live value with single blanks. `undefined` if the kernel does not have it. */
  value?: string;
  /** Whether our drop-in is there. */
  kept: boolean;
}

const READ: Script = {
  name: "sysctl_read",
  body: `
if value=$(cat "/proc/sys/$1" 2>/dev/null); then field value "$(printf %s "$value" | tr -s ' \\t\\n' ' ')"; fi
if [ -f "$2" ]; then field kept yes; fi
`,
};

/** The file below /proc/sys. A slash in a name stands for a dot in the file's, as with sysctl(8). */
export function procPath(name: string): string {
  return name.replaceAll(/[./]/g, (mark) => (mark === "." ? "/" : "."));
}

export function readSysctl(name: string, dropIn: string): Command {
  return { script: READ, args: [procPath(name), dropIn] };
}

export function parseSysctl(stdout: string): SysctlFacts {
  const fields = parseFields(stdout);
  return { value: fields.get("value"), kept: fields.has("kept") };
}

/** Whether a live value will do. */
function satisfies(live: string, wanted: string, atLeast: boolean): boolean {
  return live === wanted || (atLeast && /^\d+$/.test(live) && /^\d+$/.test(wanted) && BigInt(live) >= BigInt(wanted));
}

/** The state as the host has it. `undefined` when the kernel has no such setting, or would lose it at the next boot. */
export function liveSysctl(state: SysctlArgs, { value, kept }: SysctlFacts): SysctlArgs | undefined {
  if (value === undefined || !kept) return undefined;
  return { ...state, value: satisfies(value, state.value, state.atLeast) ? state.value : value };
}
