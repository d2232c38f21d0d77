import { quote } from "../connection/command";
import { reloadText } from "../resources/file/plan";
import type { Saved } from "./scripts";

/**
 * How commands after a change are run again after its undoing. A service that the change made die is not there to be reloaded: it is started, if it
 * ran before. Only such a service must come back; what else fails is told.
 */
export function reloadAgain(commands: readonly (readonly string[])[] | undefined): Pick<Saved, "save" | "reload"> {
  const units = new Set<string>();
  const again = (commands ?? []).flatMap((argv) => {
    const [program, verb = "", ...names] = argv.filter((arg) => !arg.startsWith("-"));
    if (program !== "systemctl" || !/^(try-)?(reload|restart)/.test(verb)) return [`${reloadText([argv])} || :`];
    for (const name of names) units.add(name);
    return names.map((name) => `again ${quote(name)}`);
  });
  return {
    save: ['was_active() { if systemctl is-active --quiet "$1"; then : >"$dir/active.$1"; fi; }']
      .concat([...units].map((name) => `was_active ${quote(name)}`))
      .join("\n"),
    reload: [AGAIN, ...again, "exit $rc"].join("\n"),
  };
}

const AGAIN = `rc=0
again() {
  [ -e "$dir/active.$1" ] || return 0
  # A reload of what died at the last one may wait for it in vain, and then systemd gives the service up.
  if timeout 5 systemctl reload-or-restart "$1" && systemctl is-active --quiet "$1"; then return 0; fi
  systemctl reset-failed "$1" 2>/dev/null || :
  systemctl restart "$1" || rc=1
}`;
