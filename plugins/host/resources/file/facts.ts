import type { Command, Script } from "../../connection/command";
import { parseFields } from "../../facts/fields";
import { PARENT_FUNCTIONS } from "../parent";

/** What is at a path. */
export type FileFacts =
  | { kind: "absent" | "other" }
  | {
      kind: "file";
      owner: string;
      group: string;
      mode: string;
      size: number;
      sha256: string;
      /** Given when it is not the expected one and not too large. */
      content?: Buffer;
    };

/** Content larger than this is not fetched to be shown in a diff. */
export const SHOWN_BYTES = 1024 * 1024;

const READ: Script = {
  name: "file_read",
  body: `${PARENT_FUNCTIONS}
dir=\${1%/*}
if [ -f "$1" ] && [ ! -L "$1" ] && trusted "\${dir:-/}" "$1"; then
  bytes() { cat "$1"; }
  sum=$(sha256sum <"$1")
else
  enter "$1" || { if [ -z "$why" ]; then field kind absent; else field kind other; fi; exit 0; }
  set -- "./$name" "$2" "$3"
  if [ -L "$1" ]; then field kind other; exit 0; fi
  if [ ! -e "$1" ]; then field kind absent; exit 0; fi
  if [ ! -f "$1" ]; then field kind other; exit 0; fi
  t_stat=$(stat -c %u:%a:%U:%G:%s -- "$1")
  bytes() { dd "if=$1" iflag=nofollow bs=1M status=none; }
  sum=$(bytes "$1" | sha256sum)
fi
sum=\${sum%% *}
field stat "$t_stat"; field sha256 "$sum"
if [ "$sum" != "$2" ] && [ "\${t_stat##*:}" -le "$3" ]; then field content "$(bytes "$1" | base64 -w0)"; fi
field kind file
`,
};

/**
 * Reads several: a look at each directory, then one `stat` and one `sha256sum` for all that are regular files where only root can change the way.
 * What else there is, and what changes meanwhile, is read one by one.
 */
const READ_MANY: Script = {
  name: "file_read_many",
  body: `${PARENT_FUNCTIONS}
one() {
${READ.body}
}
sort_out() { # path expected max, repeated: writes a kind for each, and stat and sum of the plain ones in their order
  n=$(($# / 3)) last= way=
  while [ "$n" -gt 0 ]; do
    n=$((n - 1)) path=$1 dir=\${1%/*}; shift 3
    if [ "$dir" != "$last" ] || [ -z "$way" ]; then last=$dir; if trusted "\${dir:-/}"; then way=safe; else way=unsafe; fi; fi
    if [ "$way" = safe ] && [ -f "$path" ] && [ ! -L "$path" ]; then set -- "$@" "$path"; echo plain; else echo special; fi
  done >"$T/kinds"
  : >"$T/stats"; : >"$T/sums"
  if [ $# -gt 0 ]; then stat -c %u:%a:%U:%G:%s -- "$@" >"$T/stats"; sha256sum -- "$@" >"$T/sums"; fi
}
sort_out "$@"
exec 3<"$T/kinds" 4<"$T/stats" 5<"$T/sums"
while [ $# -gt 0 ]; do
  read -r kind <&3
  if [ "$kind" = special ]; then (one "$1" "$2" "$3" 3<&- 4<&- 5<&-); else
    read -r t_stat <&4; read -r sum <&5
    sum=\${sum%% *} sum=\${sum#\\\\}
    field stat "$t_stat"; field sha256 "$sum"
    if [ "$sum" != "$2" ] && [ "\${t_stat##*:}" -le "$3" ]; then field content "$(base64 -w0 <"$1")"; fi
    field kind file
  fi
  echo next
  shift 3
done
`,
};

/** Reads a file; its content comes along only when its SHA-256 is not the expected one. */
export function readFile(path: string, expectedSha256: string): Command {
  return { script: READ, args: [path, expectedSha256, String(SHOWN_BYTES)], many: READ_MANY };
}

export function parseFile(stdout: string): FileFacts {
  const fields = parseFields(stdout);
  const kind = fields.get("kind");
  if (kind !== "file") return { kind: kind === "absent" ? "absent" : "other" };
  const [, mode = "", owner = "", group = "", size = "0"] = (fields.get("stat") ?? "").split(":");
  const content = fields.get("content");
  return {
    kind,
    owner,
    group,
    mode: mode.padStart(4, "0"),
    size: Number(size),
    sha256: fields.get("sha256") ?? "",
    content: content === undefined ? undefined : Buffer.from(content, "base64"),
  };
}
