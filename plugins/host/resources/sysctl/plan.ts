import type { Command } from "../../connection/command";
import { recordingScript, recordOf } from "../record";
import { procPath } from "./facts";
import type { SysctlArgs } from "./sysctl";

const SET = recordingScript(
  "sysctl_set",
  `
name=$1 value=$2 file=/proc/sys/$3 dropin=$4 atleast=$5 record=$6
[ -e "$file" ] || die "the kernel has no setting $name"
live=$(tr -s ' \\t\\n' ' ' <"$file"); live=\${live% }
enough=no
if [ "$live" = "$value" ]; then enough=yes; fi
if [ "$atleast" = true ] && [ "$live" -ge "$value" ] 2>/dev/null; then enough=yes value=$live; fi
if new_record "$record"; then printf '%s\\n' "$live" >"$record.new/value"; keep_record "$record"; fi
if [ "$enough" = no ]; then
  { printf '%s\\n' "$value" >"$file"; } 2>/dev/null || die "$name is $live and cannot be set to $value: /proc/sys is read-only here. Set it where this system is started from"
fi
printf '# Managed by jupyterhub-hpc: edit the stack instead.\\n%s = %s\\n' "$name" "$value" >"$dropin.new"
chmod 0644 "$dropin.new"; mv -fT -- "$dropin.new" "$dropin"
if command -v restorecon >/dev/null; then restorecon "$dropin" || :; fi
`,
);

const UNSET = recordingScript(
  "sysctl_unset",
  `
rm -f -- "$2"
if [ -f "$3/value" ]; then cat "$3/value" >"/proc/sys/$1" 2>/dev/null || :; fi
drop_record "$3"
`,
);

/** The drop-in that keeps the setting over a reboot. */
export function dropInOf(name: string): string {
  return `/etc/sysctl.d/60-jupyterhub-hpc-${name.replaceAll("/", "-")}.conf`;
}

export function setSysctl({ name, value, atLeast }: SysctlArgs): Command {
  return {
    script: SET,
    args: [name, value, procPath(name), dropInOf(name), String(atLeast), recordOf("sysctl", name)],
  };
}

/** Removes the drop-in and puts the former live value back. */
export function unsetSysctl({ name }: SysctlArgs): Command {
  return { script: UNSET, args: [procPath(name), dropInOf(name), recordOf("sysctl", name)] };
}
