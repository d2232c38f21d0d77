import type { Command, Script } from "../../connection/command";
import { parseFields } from "../../facts/fields";

/** A key pair as it is. */
export interface KeyPairFacts {
  type: string;
  owner: string;
  group: string;
  mode: string;
  publicKey: string;
  comment: string;
}

const READ: Script = {
  name: "key_pair_read",
  body: `
[ -f "$1" ] && [ ! -L "$1" ] && [ -f "$1.pub" ] || exit 0
stat -c 'stat %U %G %a' -- "$1"
field public "$(cat "$1.pub")"
`,
};

export function readKeyPair(path: string): Command {
  return { script: READ, args: [path] };
}

const TYPES: Record<string, string> = { "ssh-ed25519": "ed25519", "ssh-rsa": "rsa" };

/** `undefined` unless both halves are there. */
export function parseKeyPair(stdout: string): KeyPairFacts | undefined {
  const fields = parseFields(stdout);
  const publicKey = fields.get("public")?.trim();
  const stat = fields.get("stat");
  if (publicKey === undefined || stat === undefined) return undefined;
  const [owner = "", group = "", mode = ""] = stat.split(" ");
  const name = publicKey.split(" ")[0] ?? "";
  return {
    type: TYPES[name] ?? (name.startsWith("ecdsa-") ? "ecdsa" : name),
    owner,
    group,
    mode: mode.padStart(4, "0"),
    publicKey,
    comment: publicKey.split(" ").slice(2).join(" "),
  };
}
