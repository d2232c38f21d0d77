import type { Command, Script } from "../../connection/command";

const READ: Script = {
  name: "authorized_key_read",
  body: `
home=$(getent passwd "$1" | cut -d: -f6)
path=\${2:-$home/.ssh/authorized_keys}
[ -n "$home" ] && [ -f "$path" ] || exit 0
grep -F -- "$3" "$path" || :
`,
};

/** Reads the lines of the account's file that mention a key. `path` is empty for the default. */
export function readAuthorizedKey(user: string, path: string, base64: string): Command {
  return { script: READ, args: [user, path, base64] };
}

/** The options in front of the key, `undefined` when no line holds it. */
export function parseOptions(stdout: string, key: string): string | undefined {
  for (const line of stdout.split("\n")) {
    const at = line.trim().startsWith("#") ? -1 : line.indexOf(key);
    if (at >= 0) return line.slice(0, at).trim();
  }
  return undefined;
}
