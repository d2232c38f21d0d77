import { PARENT_FUNCTIONS } from "../resources/parent";
import { STATE_DIRECTORY } from "../resources/record";

/** Where a host keeps its rollbacks, each in a directory of its number. */
export const ROLLBACKS = `${STATE_DIRECTORY}/rollback`;

/** A transient timer does not outlive the host's shutdown; this unit does, and is there while a rollback is armed. */
const BOOT_UNIT = "/etc/systemd/system/jupyterhub-hpc-undo.service";
const BOOT_LINK = "/etc/systemd/system/sysinit.target.wants/jupyterhub-hpc-undo.service";

const BOOT_TEXT = `# Managed by jupyterhub-hpc: there while a change waits to be confirmed.
[Unit]
Description=Undo a change that nobody had confirmed when the host went down
DefaultDependencies=no
RequiresMountsFor=${STATE_DIRECTORY}
After=local-fs.target
Before=sysinit.target network-pre.target nftables.service firewalld.service shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
ExecStart=/bin/sh -c 'for undo in ${ROLLBACKS}/*/undo.sh; do [ ! -e "$$undo" ] || /bin/sh "$$undo" boot; done'
`;

/**
 * Shell text about rollbacks. The state of one is the name of a file in its directory, and changes by a rename, which is atomic and needs no room on
 * the disk: arming, armed, then either confirmed or undoing, then undone or failed.
 */
export const BOOT_FUNCTIONS = `
forget_boot() { # unless another rollback still needs it
  for other in ${ROLLBACKS}/*; do
    if [ -e "$other/armed" ] || [ -e "$other/undoing" ] || [ -e "$other/failed" ]; then return 0; fi
  done
  rm -f ${BOOT_LINK} ${BOOT_UNIT}
  rmdir --ignore-fail-on-non-empty "${BOOT_LINK.replace(/\/[^/]*$/, "")}" 2>/dev/null || :
}
`;

/** Shell text that makes the unit of the next boot. */
export const KEEP_BOOT = `
mkdir -p "${BOOT_LINK.replace(/\/[^/]*$/, "")}"
cat >${BOOT_UNIT}.new <<'UNIT'
${BOOT_TEXT}UNIT
chmod 0644 ${BOOT_UNIT}.new; mv -fT ${BOOT_UNIT}.new ${BOOT_UNIT}
ln -sfn ../jupyterhub-hpc-undo.service ${BOOT_LINK}
sync ${BOOT_UNIT} "${BOOT_LINK.replace(/\/[^/]*$/, "")}"
`;

/**
 * What the timer starts. Each file goes back by a rename of a copy that was laid beside it when the rollback was armed, so that a full disk is no
 * hindrance. It may be run again, and by several at once. Exit code 0: what there was to undo is undone.
 */
export const UNDO_PROGRAM = `
# Undoes a change that nobody confirmed. Written by jupyterhub-hpc.
export PATH dir; dir=\${0%/*}; mode=\${1:-live}
${BOOT_FUNCTIONS}${PARENT_FUNCTIONS}
put_back() ( # path
  kept=./.\${1##*/}.\${dir##*/}.undo absent=$dir/absent
  if ! enter "$1"; then
    if [ -z "$why" ] && grep -qxF -e "$1" "$absent"; then exit 0; fi
    echo "\${why:-\${1%/*} does not exist}" >&2; exit 1
  fi
  if [ -e "$kept" ] || [ -L "$kept" ]; then mv -fT -- "$kept" "./$name"; exit; fi
  grep -qxF -e "$1" "$absent" || exit 0
  rm -f -- "./$name" || exit
  ! grep -qxF -e "\${1%/*}" "$absent" || rmdir --ignore-fail-on-non-empty -- "$dir"
)
exec 9<"$dir"; flock 9
for state in armed failed; do
  [ ! -e "$dir/$state" ] || mv "$dir/$state" "$dir/undoing" || exit 1
done
[ -e "$dir/undoing" ] || exit 0
if { : >"$dir/words"; } 2>/dev/null; then exec 2>>"$dir/words"; fi
# A change that is still on its way must not arrive after its undoing.
if [ "$mode" = live ] && [ -e "$dir/applying" ] && read -r pid <"$dir/applying"; then kill "$pid" 2>/dev/null; fi
rm -f "$dir/applying"
bad=0
while IFS= read -r path; do put_back "$path" || bad=1; done <"$dir/files"
/bin/sh -e "$dir/restore.sh" </dev/null 9<&- || bad=1
sync
if [ "$mode" = boot ]; then systemctl daemon-reload; else /bin/sh -e "$dir/reload.sh" </dev/null 9<&- || bad=1; fi
touch "$dir/undoing"
if [ "$bad" = 0 ]; then mv "$dir/undoing" "$dir/undone" && forget_boot; else mv "$dir/undoing" "$dir/failed"; exit 1; fi
`;
