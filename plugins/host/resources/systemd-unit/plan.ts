import type { Command } from "../../connection/command";
import { type Coming, recordingScript, recordOf } from "../record";
import type { UnitArgs } from "./systemd-unit";

/** What has to happen to a unit that should run. */
export type Start = "start" | "restart" | "reload";

/** Exit code of a script whose unit is in place but does not run. */
export const NOT_RUNNING = 3;

const APPLY = recordingScript(
  "unit_apply",
  `
name=$1 managed=$2 enabled=$3 action=$4 seconds=$5 record=$6 coming=$7
path=/etc/systemd/system/$name
[ "$(readlink "$path" || :)" != /dev/null ] || die "the unit is masked. Unmask it first: systemctl unmask $name"
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT
if [ "$managed" = yes ]; then
  [ ! -L "$path" ] || die "$path is a symbolic link, which is not followed"
  cat >"$T/$name"; chmod 0644 "$T/$name"
  chmod 0755 "$T"
  recursive=$(systemd-analyze --help | grep -q recursive-errors && printf %s --recursive-errors=no || :)
  words=$(systemd-analyze verify --man=no $recursive "$T/$name" 2>&1) || die "systemd-analyze refused it, nothing was changed: $words"
fi
sum() { sha256sum <"$1" | cut -c1-64; }
present=
if [ "$coming" = create ] && [ -e "$record/left" ] && [ -f "$path" ]; then present=$(sum "$path"); fi
if new_record "$record" "$coming" "$present"; then
  printf '%s\\n' "$name" >"$record.new/name"
  [ ! -f "$path" ] || cp -a -- "$path" "$record.new/content"
  systemctl is-enabled "$name" >"$record.new/enabled" 2>/dev/null || :
  systemctl is-active "$name" >"$record.new/active" 2>/dev/null || :
  keep_record "$record"
fi
if [ "$managed" = yes ] && ! cmp -s "$T/$name" "$path"; then
  leave "$record" "$(sum "$T/$name")"
  cp -- "$T/$name" "$path.new"; chmod 0644 "$path.new"; sync "$path.new"; mv -fT -- "$path.new" "$path"
  if command -v restorecon >/dev/null; then restorecon "$path" || :; fi
fi
# Enabling would make systemd read all its units once more, which takes as long as all the rest.
if [ "$enabled" = true ]; then
  words=$(systemctl --no-reload enable "$name" 2>&1) || die "$words"
  [ "$(systemctl is-enabled "$name" 2>/dev/null || :)" = enabled ] || die "it cannot be enabled: has it an [Install] section? Otherwise say enabled: false"
else
  systemctl --no-reload disable --quiet "$name" 2>/dev/null || :
fi
systemctl daemon-reload
failed() {
  printf '%s\\n' "$1" >&2
  journalctl --unit="$name" --lines=25 --no-pager --output=cat >&2 2>/dev/null || :
  exit ${NOT_RUNNING}
}
case $action in
  stop) systemctl stop "$name" ;;
  start | restart | reload)
    verb=$action; [ "$verb" != reload ] || verb=reload-or-restart
    systemctl reset-failed "$name" 2>/dev/null || :
    timeout "$seconds" systemctl $verb "$name" 2>"$T/words" || failed "$(cat "$T/words") (exit code $?; 124 means it took longer than $seconds s). Its last words in the journal:"
    tries=0
    until systemctl is-active --quiet "$name"; do
      state=$(systemctl is-active "$name" || :)
      case $state in activating | reloading | deactivating) ;; *) failed "it is $state after its start. Its last words in the journal:" ;; esac
      tries=$((tries + 1)); [ "$tries" -lt "$((seconds * 5))" ] || failed "it is still $state after $seconds s. Its last words in the journal:"
      sleep 0.2
    done
    # A unit that tells nobody when it is ready counts as active while its program is still failing: it gets a second to do so.
    case $(systemctl show --property=Type --value "$name") in
      simple | exec | idle)
        restarts=$(systemctl show --property=NRestarts --value "$name"); sleep 1
        systemctl is-active --quiet "$name" && [ "$(systemctl show --property=NRestarts --value "$name")" = "$restarts" ] || failed "it ended right after its start. Its last words in the journal:"
        ;;
    esac
    ;;
esac
`,
);

const REMOVE = recordingScript(
  "unit_remove",
  `
name=$1 managed=$2 record=$3
[ -d "$record" ] || exit 0
path=/etc/systemd/system/$name
read -r enabled <"$record/enabled" 2>/dev/null || enabled=
read -r active <"$record/active" 2>/dev/null || active=
if [ "$managed" = yes ] && [ ! -f "$record/content" ]; then
  if [ -e "$path" ]; then systemctl disable --now --quiet "$name" 2>/dev/null || systemctl stop "$name"; fi
  rm -f -- "$path"
  systemctl daemon-reload
  systemctl reset-failed "$name" 2>/dev/null || :
else
  if [ "$managed" = yes ]; then cp -a -- "$record/content" "$path.new"; mv -fT -- "$path.new" "$path"; systemctl daemon-reload; fi
  case $enabled in enabled) systemctl enable --quiet "$name" 2>/dev/null || : ;; disabled) systemctl disable --quiet "$name" 2>/dev/null || : ;; esac
  case $active in active) systemctl restart "$name" ;; inactive | failed) systemctl stop "$name" 2>/dev/null || : ;; esac
fi
drop_record "$record"
`,
);

/** Puts the unit in place and brings it to the wanted state. `start` tells how, if it is to run. */
export function applyUnit(args: UnitArgs, start: Start, coming: Coming): Command {
  const { name, content, enabled, active, startTimeout } = args;
  const action = active ? start : "stop";
  return {
    script: APPLY,
    args: [
      name,
      content === undefined ? "no" : "yes",
      String(enabled),
      action,
      String(startTimeout),
      recordOf("unit", name),
      coming,
    ],
    input: content === undefined ? undefined : Buffer.from(content, "utf8"),
    timeoutSeconds: startTimeout * 2 + 60,
    slow: true,
  };
}

/** Removes the unit if it was made, or puts back the one there was and whether it ran. */
export function removeUnit({ name, content }: UnitArgs): Command {
  return {
    script: REMOVE,
    args: [name, content === undefined ? "no" : "yes", recordOf("unit", name)],
    timeoutSeconds: 300,
    slow: true,
  };
}

/** What a change means for a running unit: new text or a changed trigger restarts it, a changed reload trigger reloads it. */
export function startFor(state: UnitArgs, wanted: UnitArgs): Start {
  const changed = (key: "content" | "triggers" | "reloadTriggers") =>
    JSON.stringify(state[key]) !== JSON.stringify(wanted[key]);
  if (changed("content") || changed("triggers")) return "restart";
  return changed("reloadTriggers") ? "reload" : "start";
}
