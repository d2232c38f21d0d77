# Copies a root of several layers into one directory. Runs in a mount namespace of its own.
# Arguments: overlay directory (its upper/ is filled), lower directories (highest first).
overlay=$1 lower=$2

mkdir -p "$overlay/scratch/upper" "$overlay/scratch/work" "$overlay/root" "$overlay/partial"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$overlay/scratch/upper,workdir=$overlay/scratch/work" "$overlay/root"
cp -a "$overlay/root/." "$overlay/partial/"
umount "$overlay/root"
rm -rf "$overlay/scratch"
mv "$overlay/partial" "$overlay/upper"
