# Boots one host. Runs in a mount namespace of its own, so that its mounts end with it.
# Arguments: machine name, host name, overlay directory, lower directories (highest first; empty: upper/ is the whole root), network namespace path, then options of systemd-nspawn.
machine=$1 name=$2 overlay=$3 lower=$4 network=$5
shift 5

# systemd in the host wants one cgroup2 tree; the machine may have the hybrid layout.
umount --recursive /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p "/sys/fs/cgroup/$machine"
echo $$ > "/sys/fs/cgroup/$machine/cgroup.procs"

mkdir -p "$overlay/upper" "$overlay/work" "$overlay/root"
if [ -n "$lower" ]; then
  mount -t overlay overlay -o "lowerdir=$lower,upperdir=$overlay/upper,workdir=$overlay/work" "$overlay/root"
else
  mount --bind "$overlay/upper" "$overlay/root"
fi

# Rootless podman writes below /proc/sys/net.
export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
exec systemd-nspawn --quiet --boot --directory="$overlay/root" --machine="$name" --hostname="$name" \
  --register=no --keep-unit --network-namespace-path="$network" \
  --capability=all --system-call-filter='add_key keyctl bpf' \
  --resolv-conf=off --timezone=off --link-journal=no --console=read-only "$@"
