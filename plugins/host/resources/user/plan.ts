import type { Command } from "../../connection/command";
import { type Coming, recordingScript, recordOf } from "../record";
import type { UserArgs } from "./user";

/** Steps that making and restoring an account share. */
const STEPS = `
set_subids() { # user yes|no
  have=$(awk -F: -v u="$1" '$1 == u { n += $3 } END { print n + 0 }' /etc/subuid /etc/subgid 2>/dev/null || echo 0)
  if [ "$2" = true ] && [ "$have" -lt 131072 ]; then
    touch /etc/subuid /etc/subgid; chmod 0644 /etc/subuid /etc/subgid
    first=$(awk -F: '{ end = $2 + $3; if (end > max) max = end } END { print (max < 100000) ? 100000 : max }' /etc/subuid /etc/subgid)
    usermod --add-subuids "$first-$((first + 65535))" --add-subgids "$first-$((first + 65535))" "$1"
  elif [ "$2" = false ] && [ "$have" -gt 0 ]; then
    for kind in uid gid; do
      awk -F: -v u="$1" '$1 == u { print $2 "-" $2 + $3 - 1 }' "/etc/sub$kind" | while read -r range; do usermod "--del-sub\${kind}s" "$range" "$1"; done
    done
  fi
}
set_linger() { # user yes|no
  if [ "$2" = true ] && [ ! -e "/var/lib/systemd/linger/$1" ]; then
    loginctl enable-linger "$1"
    # The user's manager and /run/user/UID are there when this returns, which enable-linger does not wait for.
    systemctl start "user@$(id -u "$1").service"
  elif [ "$2" = false ] && [ -e "/var/lib/systemd/linger/$1" ]; then
    loginctl disable-linger "$1"
  fi
}
`;

const MAKE = recordingScript(
  "user_make",
  `${STEPS}
name=$1 system=$2 home=$3 shell=$4 add=$5 remove=$6 subids=$7 linger=$8 record=$9
shift 9; coming=$1 made=
for group in $(printf %s "$add" | tr , ' '); do getent group "$group" >/dev/null || die "there is no group $group"; done
identity() { if getent passwd "$name" >/dev/null; then printf '%s:%s\\n' "$(id -u "$name")" "$(stat -c %i:%W -- "$home" 2>/dev/null || echo none)"; fi; }
present=
if [ "$coming" = create ] && [ -e "$record/left" ]; then present=$(identity); fi
if new_record "$record" "$coming" "$present"; then
  printf '%s\\n' "$name" >"$record.new/name"
  if line=$(getent passwd "$name"); then
    printf '%s\\n' "$line" >"$record.new/passwd"
    id -nG "$name" >"$record.new/groups"
    if [ -e "/var/lib/systemd/linger/$name" ]; then : >"$record.new/linger"; fi
    if grep -qs "^$name:" /etc/subuid; then : >"$record.new/subids"; fi
  fi
  keep_record "$record"
fi
if getent passwd "$name" >/dev/null; then
  usermod --home "$home" --shell "$shell" "$name"
else
  kind=--user-group; if getent group "$name" >/dev/null; then kind="--gid $name"; fi
  if [ "$system" = true ]; then kind="$kind --system"; fi
  useradd $kind --no-create-home --home-dir "$home" --shell "$shell" -K SUB_UID_COUNT=0 -K SUB_GID_COUNT=0 "$name"
  made=yes
fi
if [ ! -e "$home" ]; then
  mkdir -p "\${home%/*}"
  install -d -m 0700 -o "$name" -g "$(id -g "$name")" "$home"
  if command -v restorecon >/dev/null; then restorecon "$home" || :; fi
fi
if [ -n "$made" ] || [ ! -e "$record/left" ]; then leave "$record" "$(identity)"; fi
for group in $(printf %s "$remove" | tr , ' '); do gpasswd --delete "$name" "$group" >/dev/null || :; done
[ -z "$add" ] || usermod --append --groups "$add" "$name"
set_subids "$name" "$subids"
set_linger "$name" "$linger"
`,
);

const REMOVE = recordingScript(
  "user_remove",
  `${STEPS}
name=$1 groups=$2 record=$3
if getent passwd "$name" >/dev/null && [ -f "$record/passwd" ]; then
  line=$(cat "$record/passwd"); shell=\${line##*:}; line=\${line%:*}
  usermod --home "\${line##*:}" --shell "$shell" "$name"
  for group in $(printf %s "$groups" | tr , ' '); do
    grep -qw -- "$group" "$record/groups" || gpasswd --delete "$name" "$group" >/dev/null || :
  done
  [ -e "$record/linger" ] || set_linger "$name" false
  [ -e "$record/subids" ] || set_subids "$name" false
elif getent passwd "$name" >/dev/null && [ -d "$record" ]; then
  uid=$(id -u "$name")
  set_linger "$name" false
  loginctl terminate-user "$name" 2>/dev/null || :
  timeout 60 systemctl stop "user@$uid.service" "user-runtime-dir@$uid.service" 2>/dev/null || :
  tries=0
  while pgrep -u "$uid" >/dev/null; do
    tries=$((tries + 1)); [ "$tries" -le 100 ] || die "processes of $name do not end: $(pgrep -u "$uid" -l | head -5 | tr '\\n' ' ')"
    if [ "$tries" -gt 50 ]; then pkill -KILL -u "$uid" || :; else pkill -TERM -u "$uid" || :; fi
    sleep 0.1
  done
  # Exit code 12: the home directory could not be removed, as when it was never made.
  userdel --remove "$name" >/dev/null 2>&1 || [ $? -eq 12 ] || userdel --remove "$name"
  if getent group "$name" >/dev/null; then groupdel "$name" || :; fi
fi
drop_record "$record"
`,
);

/** The arguments with the home that follows from the others. */
export function completed(wanted: UserArgs): UserArgs & { home: string } {
  return { ...wanted, home: wanted.home ?? (wanted.system ? `/var/lib/${wanted.name}` : `/home/${wanted.name}`) };
}

/** Makes the account or brings it in line. `formerGroups` are those this resource asked for before. */
export function makeUser(args: UserArgs & { home: string }, formerGroups: readonly string[], coming: Coming): Command {
  const { name, system, home, shell, groups, subids, linger } = args;
  const dropped = formerGroups.filter((group) => !groups.includes(group));
  const record = recordOf("user", name);
  return {
    script: MAKE,
    args: [
      name,
      String(system),
      home,
      shell,
      groups.join(","),
      dropped.join(","),
      String(subids),
      String(linger),
      record,
      coming,
    ],
    timeoutSeconds: 120,
    slow: true,
  };
}

/** Removes an account that was made, with its home; gives one that was there its settings back. */
export function removeUser({ name, groups }: UserArgs): Command {
  return { script: REMOVE, args: [name, groups.join(","), recordOf("user", name)], timeoutSeconds: 300, slow: true };
}
