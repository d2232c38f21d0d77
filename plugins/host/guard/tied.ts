import type { Command, Script } from "../connection/command";
import { ROLLBACKS } from "./undo";

const tiedScripts = new WeakMap<Script, Script>();

function tiedScript(script: Script): Script {
  const known = tiedScripts.get(script);
  if (known !== undefined) return known;
  const body = `
guard=${ROLLBACKS}/$1; shift; set +e
(
set -eu; trap 'exit 143' TERM
[ -e "$guard/armed" ] || die "the rollback came first, so nothing was changed"
sh -c 'echo $PPID' </dev/null >"$guard/applying"
[ -e "$guard/armed" ] || die "the rollback came first, so nothing was changed"
${script.body}
)
guard_rc=$?; rm -f "$guard/applying"; exit "$guard_rc"
`;
  const made = { name: `guarded_${script.name}`, body };
  tiedScripts.set(script, made);
  return made;
}

/**
 * Ties a command to an armed rollback: it does nothing when that has come already, and ends when it comes. What the network held back for a minute
 * would otherwise be done after its undoing, with nothing left to undo it.
 */
export function tied<C extends Pick<Command, "script" | "args">>(number: string, command: C): C {
  return { ...command, script: tiedScript(command.script), args: [number, ...command.args] };
}
