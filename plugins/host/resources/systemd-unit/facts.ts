import type { Command, Script } from "../../connection/command";
import { parseFields } from "../../facts/fields";
import type { UnitArgs } from "./systemd-unit";

/** A unit as it is. */
export interface UnitFacts {
  /** Whether systemd knows it at all. */
  found: boolean;
  /** SHA-256 of /etc/systemd/system/NAME, if that is a regular file. */
  sha256?: string;
  /** That file's text, when its SHA-256 is not the expected one. */
  content?: string;
  enabled: boolean;
  active: boolean;
}

const READ: Script = {
  name: "unit_read",
  body: `
path=/etc/systemd/system/$1
if [ -f "$path" ] && [ ! -L "$path" ]; then
  sum=$(sha256sum <"$path"); sum=\${sum%% *}
  field sha256 "$sum"
  [ "$sum" = "$2" ] || field content "$(base64 -w0 <"$path")"
fi
systemctl show --property=LoadState,ActiveState,UnitFileState -- "$1" | tr = ' '
`,
};

/** Reads a unit; its text comes along only when its SHA-256 is not the expected one. */
export function readUnit(name: string, expectedSha256: string): Command {
  return { script: READ, args: [name, expectedSha256] };
}

export function parseUnit(stdout: string): UnitFacts {
  const fields = parseFields(stdout);
  const content = fields.get("content");
  return {
    found: !["", "not-found"].includes(fields.get("LoadState") ?? ""),
    sha256: fields.get("sha256"),
    content: content === undefined ? undefined : Buffer.from(content, "base64").toString("utf8"),
    enabled: ["enabled", "enabled-runtime"].includes(fields.get("UnitFileState") ?? ""),
    active: ["active", "reloading", "refreshing"].includes(fields.get("ActiveState") ?? ""),
  };
}

/** The state as the host has it. `undefined` when there is no such unit, or no file where the state has a text. */
export function liveUnit(state: UnitArgs, facts: UnitFacts): UnitArgs | undefined {
  const { found, sha256, content = state.content, enabled, active } = facts;
  if (state.content === undefined) return found ? { ...state, enabled, active } : undefined;
  return sha256 === undefined ? undefined : { ...state, enabled, active, content };
}
