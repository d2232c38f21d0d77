import type { Command, Script } from "../../connection/command";
import { parseFields } from "../../facts/fields";
import type { UserArgs } from "./user";

/** An account as it is. */
export interface UserFacts {
  uid: number;
  gid: number;
  home: string;
  shell: string;
  /** Every group it is in. */
  groups: string[];
  /** Has at least 65536 subordinate uids and as many gids. */
  subids: boolean;
  linger: boolean;
}

const READ: Script = {
  name: "user_read",
  body: `
line=$(getent passwd "$1") || exit 0
field passwd "$line"
field groups "$(id -nG "$1")"
for kind in subuid subgid; do
  field $kind "$(awk -F: -v u="$1" '$1 == u { n += $3 } END { print n + 0 }' /etc/$kind 2>/dev/null || echo 0)"
done
if [ -e "/var/lib/systemd/linger/$1" ]; then field linger yes; fi
`,
};

export function readUser(name: string): Command {
  return { script: READ, args: [name] };
}

/** `undefined` when there is no such account. */
export function parseUser(stdout: string): UserFacts | undefined {
  const fields = parseFields(stdout);
  const [, , uid, gid, , home = "", shell = ""] = (fields.get("passwd") ?? "").split(":");
  if (uid === undefined) return undefined;
  const count = (kind: string) => Number(fields.get(kind) ?? 0);
  return {
    uid: Number(uid),
    gid: Number(gid),
    home,
    shell,
    groups: (fields.get("groups") ?? "").split(" ").filter((group) => group !== ""),
    subids: count("subuid") >= 65536 && count("subgid") >= 65536,
    linger: fields.has("linger"),
  };
}

/** The state as the host has it. Groups that were not asked for are left out. */
export function liveUser(state: UserArgs, facts: UserFacts): UserArgs & UserFacts {
  return { ...state, ...facts, groups: state.groups.filter((group) => facts.groups.includes(group)) };
}
