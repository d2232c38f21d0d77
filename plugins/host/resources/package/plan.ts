import { createHash } from "node:crypto";
import type { Command } from "../../connection/command";
import { recordingScript, STATE_DIRECTORY } from "../record";
import type { PackageArgs, PackageOutputs } from "./package";

/** One list for the whole host, since packages come along with others: what was not there before. */
const RECORD = `${STATE_DIRECTORY}/previous/packages`;

const STEPS = `
record=${RECORD}
mkdir -p "$record"
exec 9>"$record/lock"; flock -w 900 9 || die "another run is installing packages"
export DEBIAN_FRONTEND=noninteractive
if command -v apt-get >/dev/null; then manager=apt; else manager=dnf; fi
installed() {
  if [ $manager = apt ]; then dpkg-query -W -f '\${Package} \${db:Status-Status}\\n' | sed -n 's/ installed$//p'; else rpm -qa --qf '%{NAME}\\n'; fi | sort -u
}
claim=$1; shift
ours() { cat "$record/ours" 2>/dev/null || :; }
`;

const INSTALL = recordingScript(
  "package_install",
  `${STEPS}
mkdir -p "$record/claims"; printf '%s\\n' "$@" >"$record/claims/$claim"
# A list left by a run that was interrupted is older, and right.
[ -f "$record/before" ] || { installed >"$record/before.new"; mv "$record/before.new" "$record/before"; }
apt() { apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@" 9>&- </dev/null; }
if [ $manager = apt ]; then
  if [ -n "$(dpkg --audit)" ]; then dpkg --configure -a </dev/null >/dev/null 9>&-; fi
  if ! words=$(apt --no-install-recommends install -- "$@" 2>&1); then
    apt update >/dev/null 2>&1 || :
    words=$(apt --no-install-recommends install -- "$@" 2>&1) || die "$(printf %s "$words" | grep -E '^(E|dpkg):' || printf %s "$words" | tail -5)"
  fi
else
  words=$(dnf -y -q --setopt=install_weak_deps=False install -- "$@" 2>&1 9>&- </dev/null) || die "$(printf '%s\\n' "$words" | tail -15)"
fi
installed >"$record/after"
{ ours; comm -13 "$record/before" "$record/after"; } | sort -u >"$record/ours.new"
mv "$record/ours.new" "$record/ours"; rm -f "$record/before" "$record/after"
for name; do if grep -qx -- "$name" "$record/ours"; then printf '%s\\n' "$name"; fi; done
`,
);

const REMOVE = recordingScript(
  "package_remove",
  `${STEPS}
rm -f "$record/claims/$claim"
wanted_elsewhere() { cat "$record"/claims/* 2>/dev/null | grep -qx -- "$1"; }
mine=$(for name; do if ours | grep -qx -- "$name" && ! wanted_elsewhere "$name"; then printf '%s ' "$name"; fi; done)
if [ -n "$mine" ] && [ $manager = apt ]; then
  # dpkg refuses what something else needs, where apt-get would remove that too. What came along may need what was asked for, hence the rounds.
  apt-mark auto $mine >/dev/null 2>&1 9>&- || :
  while :; do
    along=$(apt-get -s -o APT::AutoRemove::SuggestsImportant=false autoremove 2>/dev/null 9>&- | sed -n 's/^Remv \\([^ ]*\\).*/\\1/p' | sort -u | { ours | sort >"$record/ours.sorted"; comm -12 - "$record/ours.sorted"; })
    along=$(for name in $along; do wanted_elsewhere "$name" || printf '%s ' "$name"; done)
    before=$(installed | wc -l)
    dpkg --purge $mine $along </dev/null >/dev/null 2>&1 9>&- || :
    [ "$(installed | wc -l)" -lt "$before" ] || break
  done
elif [ -n "$mine" ]; then
  # rpm refuses what something else needs, where dnf would remove that too; and dnf's autoremove does not stop at what is ours.
  erase() {
    present=$(for name; do if rpm -q --quiet -- "$name"; then printf '%s ' "$name"; fi; done)
    [ -z "$present" ] || rpm -e $present >/dev/null 2>&1 9>&- || for name in $present; do rpm -e "$name" >/dev/null 2>&1 9>&- || :; done
  }
  while :; do
    before=$(installed | wc -l)
    erase $mine
    along=$(dnf -q --disablerepo='*' repoquery --installed --unneeded --qf '%{name}\\n' 2>/dev/null 9>&- </dev/null | sed '/^$/d' | sort -u | { ours | sort >"$record/ours.sorted"; comm -12 - "$record/ours.sorted"; })
    along=$(for name in $along; do wanted_elsewhere "$name" || printf '%s ' "$name"; done)
    erase $along
    [ "$(installed | wc -l)" -lt "$before" ] || break
  done
fi
installed >"$record/after"
ours | sort | comm -12 - "$record/after" >"$record/ours.new"
rm -f "$record/after" "$record/ours.sorted"
rmdir --ignore-fail-on-non-empty "$record/claims" 2>/dev/null || :
if [ -s "$record/ours.new" ] || [ -d "$record/claims" ]; then mv "$record/ours.new" "$record/ours"; else exec 9>&-; drop_record "$record"; fi
`,
);

/** What a resource's claim on its packages is called on the host: one that two resources want stays until both are gone. */
export function claimOf(names: readonly string[]): string {
  return createHash("sha256")
    .update([...names].sort().join("\n"))
    .digest("hex")
    .slice(0, 24);
}

/** What is not asked for any more, also where it went missing meanwhile. */
export function droppedPackages({ names, installed }: PackageArgs & PackageOutputs, wanted: PackageArgs): string[] {
  return [...new Set([...names, ...installed])].filter((name) => !wanted.names.includes(name));
}

/** Installs packages and answers with those that were not there before this project came. */
export function installPackages(names: readonly string[]): Command {
  return { script: INSTALL, args: [claimOf(names), ...names], timeoutSeconds: 1800, slow: true };
}

/** Gives up a claim and removes those of the packages that were installed by us and nobody wants, with what came along and is needed no more. */
export function removePackages(claim: string, names: readonly string[]): Command {
  return { script: REMOVE, args: [claim, ...names], timeoutSeconds: 900, slow: true };
}
