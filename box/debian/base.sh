# Builds the base root. Arguments: directory, release, packages (with commas), mirror (empty: debootstrap's own).
target=$1 release=$2 packages=$3 mirror=$4

debootstrap --variant=minbase --include="$packages" "$release" "$target" ${mirror:+"$mirror"}

# Every box generates its own identity.
rm -f "$target"/etc/ssh/ssh_host_* "$target"/etc/hostname
: > "$target/etc/machine-id"
rm -rf "$target"/var/cache/apt/archives/*.deb

# The unprivileged account that site administrators use; /home is shared in some hosts.
chroot "$target" useradd --create-home --home-dir /var/local/admin --shell /bin/bash --groups sudo admin
echo '%sudo ALL=(ALL:ALL) NOPASSWD: ALL' > "$target/etc/sudoers.d/box-admin"
chmod 0440 "$target/etc/sudoers.d/box-admin"

# Nothing in a host of the box loads kernel modules, and its console is a log.
ln -sf /dev/null "$target/etc/systemd/system/systemd-modules-load.service"
ln -sf /dev/null "$target/etc/systemd/system/console-getty.service"
ln -sf /dev/null "$target/etc/systemd/system/apt-daily.timer"
ln -sf /dev/null "$target/etc/systemd/system/apt-daily-upgrade.timer"
ln -sf /dev/null "$target/etc/systemd/system/dpkg-db-backup.timer"

# Rootless podman needs these two.
cat > "$target/etc/tmpfiles.d/box-devices.conf" <<'EOF'
d /dev/net 0755 root root -
c! /dev/net/tun 0666 root root - 10:200
c! /dev/fuse 0666 root root - 10:229
EOF

mkdir -p "$target/etc/systemd/journald.conf.d"
printf '[Journal]\nStorage=persistent\nSystemMaxUse=64M\n' > "$target/etc/systemd/journald.conf.d/box.conf"
