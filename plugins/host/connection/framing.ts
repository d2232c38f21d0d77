import { type Answer, type Command, quote, type Script } from "./command";

/**
 * The loop that a remote shell runs. It reads batches from stdin ("BATCH length", then that many bytes of shell) and each request in a batch
 * takes its own input from stdin (a line "." ends a batch and an input) and is answered by "A id exit-code stdout-length stderr-length" and the
 * bytes of both. `read` and `head -c` take no byte more than they are told to, which is what lets commands and their data share the stream.
 */
export const REMOTE_LOOP = `
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
unset IFS ENV; umask 077; cd /
# A loop that was killed could not clean up, and what was sent to it may be secret.
for old in /run/jupyterhub-hpc.[0-9]*.*; do
  pid=\${old#*-hpc.} pid=\${pid%%.*}
  [ ! -d "$old" ] || [ -d "/proc/$pid" ] || rm -rf "$old"
done
T=$(mktemp -d "/run/jupyterhub-hpc.$$.XXXXXX" 2>/dev/null || mktemp -d) || exit 70
trap 'rm -rf "$T"' EXIT
trap 'exit 71' HUP INT TERM PIPE
die() { printf '%s\\n' "$*" >&2; exit 1; }
field() { printf '%s %s\\n' "$1" "$2"; }
# The mark is missing where the connection was lost: nothing may be done with half a command or half an input.
whole() { read -r mark && [ "$mark" = . ] || exit 73; }
run() {
  id=$1 n=$2; shift 2
  if [ "$n" -gt 0 ]; then
    # What is left of the input after a failure is nobody's: this answer is the last.
    head -c "$n" >"$T/in" 2>/dev/null || { set -- "there is no room in $T for $n bytes of input"; printf 'A %s 1 0 %s\\n%s' "$id" "\${#1}" "$1"; exit 74; }
    whole
    out=$( (set -eu; "$@") <"$T/in" 2>"$T/err"; rc=$?; printf x; exit "$rc")
    rc=$?; : >"$T/in"
  else
    out=$( (set -eu; "$@") </dev/null 2>"$T/err"; rc=$?; printf x; exit "$rc")
    rc=$?
  fi
  out=\${out%x} err=
  if [ -s "$T/err" ]; then err=$(cat "$T/err"; printf x); err=\${err%x}; fi
  printf 'A %s %s %s %s\\n%s%s' "$id" "$rc" "\${#out}" "\${#err}" "$out" "$err"
}
printf 'READY\\n'
while IFS=' ' read -r word n; do
  [ "$word" = BATCH ] || exit 72
  batch=$(head -c "$n"; printf x)
  whole
  eval "\${batch%x}"
done
`;

/** A command with the number its answer will carry. */
export interface Request {
  id: number;
  command: Command;
}

/** Follows what was announced with its length. */
const MARK = Buffer.from(".\n");

/** Encodes requests as one batch. `defined` are the scripts the shell has already; those sent now are added to it. */
export function encodeBatch(requests: readonly Request[], defined: Set<Script>): Buffer {
  const lines: string[] = [];
  const inputs: Buffer[] = [];
  for (const { id, command } of requests) {
    if (!defined.has(command.script)) {
      defined.add(command.script);
      lines.push(`${command.script.name}() {\n${command.script.body}\n}`);
    }
    lines.push(["run", id, command.input?.length ?? 0, command.script.name, ...command.args.map(quote)].join(" "));
    if (command.input !== undefined && command.input.length > 0) inputs.push(command.input, MARK);
  }
  const body = Buffer.from(`${lines.join("\n")}\n`);
  return Buffer.concat([Buffer.from(`BATCH ${body.length}\n`), body, MARK, ...inputs]);
}

/** Takes the bytes a shell sends, in whatever pieces they come, and gives back the answers that are complete. */
export class AnswerReader {
  private pieces: Buffer[] = [];
  private size = 0;
  private header: { id: number; exitCode: number; out: number; err: number } | undefined;

  /** @throws Error when the stream is not what the loop would send. */
  push(piece: Buffer): { id: number; answer: Answer }[] {
    this.pieces.push(piece);
    this.size += piece.length;
    const answers: { id: number; answer: Answer }[] = [];
    for (;;) {
      if (this.header === undefined && !this.readHeader()) return answers;
      const { id, exitCode, out, err } = this.header as NonNullable<typeof this.header>;
      if (this.size < out + err) return answers;
      const stdout = this.take(out).toString("utf8");
      const stderr = this.take(err).toString("utf8");
      this.header = undefined;
      answers.push({ id, answer: { exitCode, stdout, stderr } });
    }
  }

  private readHeader(): boolean {
    const all = this.pieces.length === 1 ? (this.pieces[0] as Buffer) : Buffer.concat(this.pieces);
    this.pieces = [all];
    const end = all.indexOf(10);
    if (end < 0) return false;
    const line = this.take(end + 1).toString("latin1");
    const match = /^A (\d+) (\d+) (\d+) (\d+)\n$/.exec(line);
    if (match === null) throw new Error(`The remote shell answered out of turn: ${JSON.stringify(line.slice(0, 200))}`);
    const [id, exitCode, out, err] = match.slice(1).map(Number) as [number, number, number, number];
    this.header = { id, exitCode, out, err };
    return true;
  }

  private take(length: number): Buffer {
    const all = this.pieces.length === 1 ? (this.pieces[0] as Buffer) : Buffer.concat(this.pieces);
    this.pieces = [all.subarray(length)];
    this.size = all.length - length;
    return all.subarray(0, length);
  }
}
