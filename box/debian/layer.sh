# Builds one layer. Arguments: working directory (the layer ends up in its upper/), lower directories (highest first), mode, packages.
work=$1 lower=$2 mode=$3
shift 3

mkdir -p "$work/upper" "$work/work" "$work/root"
root=$work/root
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$work/upper,workdir=$work/work" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
cp --remove-destination "$root/etc/resolv.conf" "$work/resolv.conf" 2>/dev/null || : > "$work/resolv.conf"
cp --dereference --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
# Grid Engine's package looks its host up while it is configured.
[ -e "$root/etc/hosts" ] || : > "$root/etc/hosts"
printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$(uname -n)" > "$work/hosts"
mount --bind "$work/hosts" "$root/etc/hosts"
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 0755 "$root/usr/sbin/policy-rc.d"
echo force-unsafe-io > "$root/etc/dpkg/dpkg.cfg.d/box-build"

apt="chroot $root apt-get --quiet --yes -o APT::Install-Recommends=false -o Acquire::Retries=3"
$apt update
if [ "$mode" = offer ]; then
  $apt install --download-only "$@"
  mkdir -p "$root/srv/apt"
  mv "$root"/var/cache/apt/archives/*.deb "$root/srv/apt/"
  (cd "$root/srv/apt" && dpkg-scanpackages --multiversion . > Packages)
  rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*
  echo 'deb [trusted=yes] file:/srv/apt ./' > "$root/etc/apt/sources.list"
  rm -rf "$root"/var/lib/apt/lists/*
  $apt update
else
  $apt install "$@"
  rm -rf "$root"/var/lib/apt/lists/*
fi

rm -f "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb
rm -f "$root/usr/sbin/policy-rc.d" "$root/etc/dpkg/dpkg.cfg.d/box-build"
cp --remove-destination "$work/resolv.conf" "$root/etc/resolv.conf"
