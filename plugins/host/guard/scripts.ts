import type { Command, Script } from "../connection/command";
import { STATE_DIRECTORY } from "../resources/record";

const ARM: Script = {
  name: "guard_arm",
  body: `
unit=$1 seconds=$2 dir=$3 undo=$4 save=$5 what=$6; shift 6
command -v systemd-run >/dev/null || die "a guarded change needs systemd on the host"
for old in "\${dir%/*}"/*; do [ ! -e "$old/undone" ] || rm -rf "$old"; done
mkdir -p "$dir"; printf '%s\\n' "$what" >"$dir/what"
{
  printf '#!/bin/sh\\n# Undoes a change after which nobody could log in any more. Written by jupyterhub-hpc.\\n'
  printf 'PATH=%s\\ndir=%s\\nn=0\\n' "$PATH" "$dir"
  printf 'restore() {\\n  n=$((n+1))\\n  if [ -e "%s/$n" ]; then cp -a "%s/$n" "$1.undo" && mv -fT "$1.undo" "$1"; else rm -f "$1"; fi\\n}\\n' "$dir" "$dir"
} >"$dir/undo.sh"
n=0
for path; do
  n=$((n+1))
  [ ! -e "$path" ] || cp -a -- "$path" "$dir/$n"
  printf "restore '%s'\\n" "$(printf %s "$path" | sed "s/'/'\\\\\\\\''/g")" >>"$dir/undo.sh"
done
eval "$save"
printf '%s\\n' "$undo" >>"$dir/undo.sh"
printf ': >"%s/undone"\\n' "$dir" >>"$dir/undo.sh"
sync
systemd-run --quiet --collect --unit="$unit" --on-active="\${seconds}s" --timer-property=AccuracySec=100ms /bin/sh "$dir/undo.sh" </dev/null
`,
};

const DISARM: Script = {
  name: "guard_disarm",
  body: `
systemctl stop "$1.timer"
[ ! -e "$2/undone" ] && ! systemctl is-active --quiet "$1.service" || die "the rollback came first"
rm -rf "$2"; rmdir --ignore-fail-on-non-empty -p "\${2%/*}" 2>/dev/null || :
`,
};

const UNDO: Script = {
  name: "guard_undo",
  body: `
systemctl start "$1.service" || :
systemctl stop "$1.timer" 2>/dev/null || :
[ -e "$2/undone" ] || /bin/sh "$2/undo.sh"
rm -rf "$2"; rmdir --ignore-fail-on-non-empty -p "\${2%/*}" 2>/dev/null || :
`,
};

const UNDONE: Script = {
  name: "guard_undone",
  body: `
for dir in ${STATE_DIRECTORY}/rollback/*; do
  if [ -e "$dir/undone" ]; then printf '%s %s\\n' "$(date -u -r "$dir/undone" +%Y-%m-%dT%H:%M:%SZ)" "$(cat "$dir/what")"; fi
done
`,
};

/** Asks for changes that the host undid by itself; they are remembered until the next guarded change. */
export const readUndone: Command = { script: UNDONE, args: [] };

/** A rollback on the host: a transient systemd unit and a directory with what to restore. */
export interface Rollback {
  unit: string;
  directory: string;
}

export function rollback(number: string): Rollback {
  return { unit: `jupyterhub-hpc-rollback-${number}`, directory: `${STATE_DIRECTORY}/rollback/${number}` };
}

/** What a rollback keeps and how it goes back. */
export interface Saved {
  /** What changes, for people: a path. */
  what: string;
  /** Files to put back. */
  files: readonly string[];
  /** Shell text that makes the restored files count, such as a reload. May use `$dir`. */
  undo: string;
  /** Shell text that saves more in the directory `$dir` before the change. Default nothing. */
  save?: string;
}

/** Saves what is to be put back and starts the clock. */
export function arm({ unit, directory }: Rollback, seconds: number, { what, files, undo, save }: Saved): Command {
  return { script: ARM, args: [unit, String(seconds), directory, undo || ":", save ?? ":", what, ...files] };
}

/** Stops the clock; fails if it has run out. */
export function disarm({ unit, directory }: Rollback): Command {
  return { script: DISARM, args: [unit, directory] };
}

/** Undoes now. */
export function undoNow({ unit, directory }: Rollback): Command {
  return { script: UNDO, args: [unit, directory] };
}
