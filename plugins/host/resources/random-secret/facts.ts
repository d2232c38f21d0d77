import type { Command, Script } from "../../connection/command";
import { parseFields } from "../../facts/fields";

/** The file as it is, without its secret. */
export interface RandomSecretFacts {
  owner: string;
  group: string;
  mode: string;
  sha256: string;
  /** Bytes of randomness, 0 when the file is not the prefix and hex. */
  bytes: number;
}

const READ: Script = {
  name: "random_secret_read",
  body: `
[ -f "$1" ] && [ ! -L "$1" ] || exit 0
stat -c 'stat %U %G %a' -- "$1"
sum=$(sha256sum <"$1"); field sha256 "\${sum%% *}"
text=$(cat "$1"; printf x); text=\${text%x}
case $text in "$2"*) hex=\${text#"$2"} ;; *) hex=no ;; esac
case $hex in *[!0-9a-f]* | '') field bytes 0 ;; *) field bytes $((\${#hex} / 2)) ;; esac
`,
};

export function readRandomSecret(path: string, prefix: string): Command {
  return { script: READ, args: [path, prefix] };
}

/** `undefined` when there is no such file. */
export function parseRandomSecret(stdout: string): RandomSecretFacts | undefined {
  const fields = parseFields(stdout);
  const stat = fields.get("stat");
  if (stat === undefined) return undefined;
  const [owner = "", group = "", mode = ""] = stat.split(" ");
  return {
    owner,
    group,
    mode: mode.padStart(4, "0"),
    sha256: fields.get("sha256") ?? "",
    bytes: Number(fields.get("bytes") ?? 0),
  };
}
