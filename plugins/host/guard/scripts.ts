import type { Command, Script } from "../connection/command";
import { PARENT_FUNCTIONS } from "../resources/parent";
import { BOOT_FUNCTIONS, KEEP_BOOT, ROLLBACKS, UNDO_PROGRAM } from "./undo";

/** Exit code of arming while another guarded change of the host is under way. */
export const BUSY = 75;
/** Seconds after which an undone change is not told about any more. */
const TOLD_SECONDS = 7 * 24 * 3600;

/** Shell text that looks at rollbacks and ends them. */
const FUNCTIONS = `${BOOT_FUNCTIONS}
started() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }
uptime_seconds() { cut -d . -f 1 /proc/uptime; }
state_of() { for state in undone failed undoing armed; do if [ -e "$1/$state" ]; then printf %s "$state"; return; fi; done; printf none; }
is_old() { [ "$(($(date +%s) - $(date -r "$1/undone" +%s)))" -gt ${TOLD_SECONDS} ]; }
# Whether somebody may still confirm it: the clock runs, and the session that started it is there.
alive() {
  [ -e "$1/armed" ] && systemctl is-active --quiet "jupyterhub-hpc-rollback-\${1##*/}.timer" || return 1
  read -r pid since <"$1/owner" && [ "$(started "$pid")" = "$since" ]
}
undo() {
  # The service is not part of this session, which the change may have cut off.
  systemctl start "jupyterhub-hpc-rollback-\${1##*/}.service" 2>/dev/null || :
  /bin/sh "$1/undo.sh" </dev/null || :
  systemctl stop "jupyterhub-hpc-rollback-\${1##*/}.timer" 2>/dev/null || :
}
discard() {
  [ ! -f "$1/files" ] || while IFS= read -r path; do rm -f -- "\${path%/*}/.\${path##*/}.\${1##*/}.undo"; done <"$1/files"
  [ ! -f "$1/prune" ] || rmdir --ignore-fail-on-non-empty -- "$(cat "$1/prune")" 2>/dev/null || :
  rm -rf -- "$1"
  forget_boot
  rmdir --ignore-fail-on-non-empty -p ${ROLLBACKS} 2>/dev/null || :
}
tell() { # directory: state, time of undoing, seconds left, what, words
  words=$(tr '\\t\\n' '  ' <"$1/words" | tail -c 600); read -r deadline <"$1/deadline"
  printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$2" "$(date -u -r "$1/$2" +%Y-%m-%dT%H:%M:%SZ)" "$((deadline - $(uptime_seconds)))" "\${1##*/}" "$(cat "$1/what")" "$words"
}
`;

const ARM: Script = {
  name: "guard_arm",
  body: `${FUNCTIONS}${PARENT_FUNCTIONS}
keep() ( # path: lays a copy beside it
  kept=./.\${1##*/}.$number.undo absent=$dir/absent
  if ! enter "$1"; then
    [ -z "$why" ] || die "$why"
    printf '%s\\n' "$1" "\${1%/*}" >>"$absent"; exit
  fi
  if [ ! -e "./$name" ] && [ ! -L "./$name" ]; then printf '%s\\n' "$1" >>"$absent"; exit; fi
  cp -a -- "./$name" "$kept"
  [ -L "$kept" ] || sync "$kept"
)
number=$1 seconds=$2 what=$3 save=$4 restore=$5 reload=$6; shift 6
dir=${ROLLBACKS}/$number
command -v systemd-run >/dev/null || die "a guarded change needs systemd-run on the host"
mkdir -p /run/lock; exec 9>/run/lock/jupyterhub-hpc-rollback
flock -w 30 9 || die "another run is arming a rollback and does not get done with it"
for other in ${ROLLBACKS}/*; do
  [ -d "$other" ] || continue
  if alive "$other"; then tell "$other" armed; exit ${BUSY}; fi
  state=$(state_of "$other")
  case $state in armed | undoing | failed) undo "$other"; state=$(state_of "$other") ;; esac
  case $state in
    none) discard "$other" ;;
    undone) if [ "$(cat "$other/what")" = "$what" ] || is_old "$other"; then discard "$other"; fi ;;
    *) die "an earlier change of its $(cat "$other/what") could not be undone: $(cat "$other/words"). Put that right on the host, then: rm -r $other" ;;
  esac
done
mkdir -p -m 0700 "$dir"
trap 'discard "$dir"' EXIT
: >"$dir/words"; : >"$dir/absent"; : >"$dir/files"
printf '%s\\n' "$what" >"$dir/what"
[ $# -eq 0 ] || printf '%s\\n' "$@" >"$dir/files"
for path; do keep "$path"; done
eval "$save"
printf '%s\\n' "$restore" >"$dir/restore.sh"; printf '%s\\n' "$reload" >"$dir/reload.sh"
{ printf '#!/bin/sh\\nPATH=%s\\n' "$PATH"; cat; } >"$dir/undo.sh"
printf '%s %s\\n' "$$" "$(started "$$")" >"$dir/owner"
printf '%s\\n' "$(($(uptime_seconds) + seconds))" >"$dir/deadline"
: >"$dir/arming"
${KEEP_BOOT}
words=$(systemd-run --quiet --collect --unit="jupyterhub-hpc-rollback-$number" --on-active="\${seconds}s" --timer-property=AccuracySec=100ms /bin/sh "$dir/undo.sh" 2>&1 </dev/null 9>&-) || die "systemd-run failed: $words"
mv "$dir/arming" "$dir/armed"
sync "$dir"/* "$dir"
trap - EXIT
`,
};

const DISARM: Script = {
  name: "guard_disarm",
  body: `${FUNCTIONS}
dir=${ROLLBACKS}/$1
mv "$dir/armed" "$dir/confirmed" 2>/dev/null || die "the rollback came first"
systemctl stop "jupyterhub-hpc-rollback-$1.timer"
discard "$dir"
`,
};

const UNDO: Script = {
  name: "guard_undo",
  body: `${FUNCTIONS}
dir=${ROLLBACKS}/$1
[ -d "$dir" ] || exit 0
undo "$dir"; state=$(state_of "$dir")
tell "$dir" "$state"
if [ "$state" = undone ]; then discard "$dir"; fi
`,
};

const SETTLE: Script = {
  name: "guard_settle",
  body: `${FUNCTIONS}
for dir in ${ROLLBACKS}/*; do
  if [ ! -d "$dir" ] || [ "\${dir##*/}" = "$1" ]; then continue; fi
  state=$(state_of "$dir")
  case $state in armed | undoing) if ! alive "$dir"; then undo "$dir"; state=$(state_of "$dir"); fi ;; esac
  if [ "$state" = undone ] && is_old "$dir"; then continue; fi
  [ "$state" = none ] || tell "$dir" "$state"
done
`,
};

/** What a rollback keeps and how it goes back. */
export interface Saved {
  /** What changes, for people: a path. One line. */
  what: string;
  /** Files to put back. */
  files: readonly string[];
  /**
   * Shell text that saves what is no file in the directory `$dir` before the change; a path in `$dir/prune` is that of a directory to remove in the
   * end, if it is empty. Default nothing.
   */
  save?: string;
  /** The resource's record of what was there before it came, which a deletion drops and its undoing needs again. */
  record?: string;
  /** Shell text that puts it back from `$dir`, also while the host boots. It must succeed. Default nothing. */
  restore?: string;
  /** Shell text that makes the old state count again where the host is running, such as a reload. It must succeed. Default nothing. */
  reload?: string;
}

/**
 * Saves what is to be put back and starts the clock, which is that of the kernel: no change of the time of day moves it. Answers `BUSY` when another
 * guarded change of the host is under way; one whose owner is gone is undone first.
 */
export function arm(number: string, seconds: number, { what, files, record, save, restore, reload }: Saved): Command {
  const keep = record && `if [ -d ${record} ]; then cp -a ${record} "$dir/record"; fi`;
  const back =
    record &&
    `if [ -d "$dir/record" ] && [ ! -d ${record} ]; then mkdir -p ${record.replace(/\/[^/]*$/, "")}; cp -a "$dir/record" ${record}; fi`;
  const text = (...parts: (string | undefined)[]) => parts.filter((part) => part !== undefined).join("\n") || ":";
  const args = [number, String(seconds), what, text(keep, save), text(back, restore), reload ?? ":", ...files];
  return { script: ARM, args, input: Buffer.from(UNDO_PROGRAM) };
}

/** Stops the clock; fails if it has run out. */
export function disarm(number: string): Command {
  return { script: DISARM, args: [number] };
}

/** Undoes now, and answers with what came of it. */
export function undoNow(number: string): Command {
  return { script: UNDO, args: [number] };
}

/** Undoes what nobody can confirm any more, and tells of all rollbacks but one's own. Changes nothing where none is armed. */
export function settle(own: string): Command {
  return { script: SETTLE, args: [own] };
}
