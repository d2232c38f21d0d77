import type { Command } from "../../connection/command";
import type { Saved } from "../../guard/scripts";
import { recordingScript, recordOf } from "../record";
import type { FirewallArgs } from "./firewall";

const APPLY = recordingScript(
  "firewall_apply",
  `
table=$1 path=$2 unit=$3 record=$4 rules=$5
command -v nft >/dev/null || die "nft is not installed (package nftables)"
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT
cat >"$T/input"
head -c "$rules" "$T/input" >"$T/rules.nft"; tail -c +$((rules + 1)) "$T/input" >"$T/$unit"
words=$(nft -c -f "$T/rules.nft" 2>&1) || die "nft refused it, nothing was changed: $words"
if new_record "$record"; then
  printf '%s\\n' "$path" >"$record.new/path"
  keep_record "$record"
fi
mkdir -p "\${path%/*}"; chmod 0755 "\${path%/*}"
put() { cp -- "$1" "$2.new"; chmod "$3" "$2.new"; sync "$2.new"; mv -fT -- "$2.new" "$2"; }
put "$T/rules.nft" "$path" 0600
put "$T/$unit" "/etc/systemd/system/$unit" 0644
if command -v restorecon >/dev/null; then restorecon "$path" "/etc/systemd/system/$unit" || :; fi
systemctl daemon-reload
systemctl enable --quiet "$unit" 2>/dev/null
systemctl restart "$unit" 2>"$T/words" || die "$(cat "$T/words"; journalctl --unit="$unit" --lines=10 --no-pager --output=cat)"
nft -s list table inet "$table"
`,
);

const REMOVE = recordingScript(
  "firewall_remove",
  `
table=$1 path=$2 unit=$3 record=$4
if [ -e "/etc/systemd/system/$unit" ]; then systemctl disable --now --quiet "$unit" 2>/dev/null || :; fi
rm -f -- "/etc/systemd/system/$unit" "$path"
systemctl daemon-reload
if nft list table inet "$table" >/dev/null 2>&1; then nft delete table inet "$table"; fi
rmdir --ignore-fail-on-non-empty -- "\${path%/*}" 2>/dev/null || :
drop_record "$record"
`,
);

/** Name of the unit that loads the table at boot. */
export function unitOf(table: string): string {
  return `${table}-firewall.service`;
}

/** The commands as they are kept and loaded: the table is dropped and defined again in one transaction, no other is touched. */
export function rulesText({ table, content }: FirewallArgs): string {
  return `#!/usr/sbin/nft -f
# Managed by jupyterhub-hpc: edit the stack instead.
table inet ${table}
delete table inet ${table}
${content}`;
}

function unitText({ table, path }: FirewallArgs): string {
  return `# Managed by jupyterhub-hpc: edit the stack instead.
[Unit]
Description=Packet filter table ${table}
DefaultDependencies=no
# A distribution's own rules may flush everything before they load.
After=local-fs.target nftables.service jupyterhub-hpc-undo.service
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${path}
ProtectHome=yes
ProtectSystem=full

[Install]
WantedBy=sysinit.target
`;
}

/** Checks the rules, keeps them for the next boot, loads them, and answers with the table's listing. */
export function applyFirewall(args: FirewallArgs): Command {
  const rules = Buffer.from(rulesText(args));
  const unit = unitOf(args.table);
  return {
    script: APPLY,
    args: [args.table, args.path, unit, recordOf("firewall", args.table), String(rules.length)],
    input: Buffer.concat([rules, Buffer.from(unitText(args))]),
    timeoutSeconds: 120,
  };
}

/** Drops the table and what loads it. */
export function removeFirewall({ table, path }: FirewallArgs): Command {
  return { script: REMOVE, args: [table, path, unitOf(table), recordOf("firewall", table)], timeoutSeconds: 120 };
}

/** What a rollback keeps: the files, and the table as it is in the kernel. */
export function savedFirewall({ table, path }: FirewallArgs): Saved {
  const unit = `/etc/systemd/system/${unitOf(table)}`;
  return {
    what: `firewall table ${table}`,
    record: recordOf("firewall", table),
    files: [path, unit, `/etc/systemd/system/sysinit.target.wants/${unitOf(table)}`],
    save: `nft list table inet ${table} >"$dir/table.nft" 2>/dev/null || :; printf '%s\\n' '${path.replace(/\/[^/]*$/, "")}' >"$dir/prune"`,
    // At boot too: a container's network may outlive it, and the table with it.
    restore: `{ echo 'table inet ${table}'; echo 'delete table inet ${table}'; cat "$dir/table.nft"; } | nft -f -`,
    reload: "systemctl daemon-reload",
  };
}
