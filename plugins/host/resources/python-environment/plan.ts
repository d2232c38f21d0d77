import { createHash } from "node:crypto";
import type { Command, Script } from "../../connection/command";
import { MARKER } from "./facts";
import type { EnvironmentArgs } from "./python-environment";

/** Unpacks a tar stream of wheels into a new directory and answers with its name. */
export const UPLOAD_WHEELS: Script = {
  name: "wheels_upload",
  body: `
umask 022
dir=$(mktemp -d /var/tmp/jupyterhub-hpc-wheels.XXXXXXXX)
tar -x -f - -C "$dir" || { rm -rf "$dir"; exit 1; }
chmod -R a+rX "$dir"
printf '%s\\n' "$dir"
`,
};

const BUILD: Script = {
  name: "environment_build",
  body: `
path=$1 version=$2 python=$3 owner=$4 group=$5 wheels=$6 uploaded=$7 keep=$8 grace=$9; shift 9
umask 022
store=$path.versions target=$store/$version
T=$(mktemp -d)
if [ "$uploaded" = yes ]; then trap 'rm -rf "$T" "$wheels"' EXIT; else trap 'rm -rf "$T"' EXIT; fi
cat >"$T/requirements.txt"
[ -d "\${path%/*}" ] || die "its parent \${path%/*} does not exist"
[ ! -e "$path" ] || [ -L "$path" ] || die "$path exists and was not made by this resource. Move it away first"
[ -x "$python" ] || die "there is no interpreter $python"
[ -z "$wheels" ] || [ -d "$wheels" ] || die "there is no directory $wheels with wheels"
mkdir -p "$store"
exec 9>"$store/.lock"; flock -n 9 || die "$path is being changed by another process. Wait, and try again"
# One that is complete may still not run: an upgrade of the system can take its interpreter away.
if [ ! -f "$target/${MARKER}/requirements.txt" ] || ! "$target/bin/python" -c '' 2>/dev/null; then
  rm -rf -- "$target"
  # Where only the further files are others, the packages are taken from a version that has them.
  like=
  for old in "$store"/*; do
    [ ! -f "$old/${MARKER}/files" ] || ! cmp -s "$T/requirements.txt" "$old/${MARKER}/requirements.txt" || [ "$(cat "$old/${MARKER}/python")" != "$python" ] ||
      ! "$old/bin/python" -c '' 2>/dev/null || like=$old
  done
  if [ -n "$like" ]; then
    mkdir "$target"
    tar -c -f - -C "$like" --exclude=./${MARKER} . | tar -x -f - -C "$target" || { rm -rf -- "$target"; die "$like could not be copied"; }
    while read -r name; do rm -f -- "$target/$name"; done <"$like/${MARKER}/files"
    grep -rIlF -- "$like" "$target" | while read -r file; do sed -i "s|$like|$target|g" "$file"; done
  else
    words=$("$python" -m venv "$target" 2>&1 </dev/null) || { rm -rf -- "$target"; die "no virtual environment (is python3-venv installed?): $words"; }
    from=; [ -z "$wheels" ] || from="--no-index --find-links=$wheels"
    words=$("$target/bin/python" -m pip --disable-pip-version-check --no-input --quiet install --require-hashes $from --requirement "$T/requirements.txt" 2>&1 </dev/null) ||
      { rm -rf -- "$target"; die "pip failed, the previous environment stays: $(printf '%s\\n' "$words" | tail -15)"; }
  fi
  : >"$T/files"
  while [ $# -gt 1 ]; do
    mkdir -p -- "$(dirname -- "$target/$1")"; printf '%s' "$2" | base64 -d >"$target/$1"; printf '%s\\n' "$1" >>"$T/files"; shift 2
  done
  mkdir "$target/${MARKER}.new"
  printf '%s\\n' "$python" >"$target/${MARKER}.new/python"
  cp -- "$T/requirements.txt" "$T/files" "$target/${MARKER}.new"
  mv -T -- "$target/${MARKER}.new" "$target/${MARKER}"
fi
chown -R -- "$owner:$group" "$store"
previous=$(readlink -- "$path" || :) previous=$store/\${previous##*/}
[ "$previous" = "$target" ] || [ ! -d "$previous/${MARKER}" ] || touch -- "$previous/${MARKER}/left"
rm -f -- "$target/${MARKER}/left"
ln -sfn -- "\${store##*/}/$version" "$path.new"; mv -fT -- "$path.new" "$path"
# What runs keeps the version it began with: one goes when it is beyond those that are kept, was left long enough ago, and nothing here runs in it.
now=$(date +%s)
for old in "$store"/*; do
  [ "$old" != "$target" ] || continue
  [ -f "$old/${MARKER}/requirements.txt" ] || { rm -rf -- "$old"; continue; }
  [ -e "$old/${MARKER}/left" ] || touch -- "$old/${MARKER}/left"
  printf '%s %s\\n' "$(stat -c %Y -- "$old/${MARKER}/left")" "$old"
done | sort -rn | tail -n "+$((keep + 1))" | while read -r left old; do
  [ "$left" -ge $((now - grace)) ] || grep -qsF -- "$old/" /proc/[0-9]*/maps /proc/[0-9]*/cmdline || rm -rf -- "$old"
done
"$target/bin/python" -c 'import platform; print(platform.python_version())'
`,
};

const RUN_BUILDER: Script = {
  name: "environment_run_builder",
  body: `
path=$1; shift
words=$("$@" 2>&1 </dev/null) || die "$words"
"$path/bin/python" -c 'import platform; print(platform.python_version())'
`,
};

const REMOVE: Script = {
  name: "environment_remove",
  body: `
[ -L "$1" ] || [ ! -e "$1" ] || die "$1 is not the link this resource made"
rm -f -- "$1"; rm -rf --one-file-system -- "$1.versions"
`,
};

/** Name of the directory an environment is built in: another for other packages, files or interpreter. */
export function versionOf(args: Pick<EnvironmentArgs, "requirements" | "python" | "files">): string {
  const { requirements, python, files } = args;
  return createHash("sha256")
    .update(JSON.stringify([python, requirements, files]))
    .digest("hex")
    .slice(0, 16);
}

/**
 * Builds the environment in a directory of its own, where it stays, and then turns the link at the path to it in one step.
 * @param wheels Directory on the host to install from, empty for the host's own index.
 */
export function buildEnvironment(args: EnvironmentArgs, wheels: string, uploaded: boolean): Command {
  const { path, python, owner, group, keep, graceSeconds, requirements = "" } = args;
  const files = Object.entries(args.files).flatMap(([name, text]) => [name, Buffer.from(text).toString("base64")]);
  return {
    script: BUILD,
    args: [
      path,
      versionOf(args),
      python,
      owner,
      group,
      wheels,
      uploaded ? "yes" : "no",
      `${keep}`,
      `${graceSeconds}`,
      ...files,
    ],
    input: Buffer.from(requirements, "utf8"),
    slow: true,
    timeoutSeconds: 1800,
  };
}

/** Has a program of the host make it, which knows from where, and keeps it up to date by itself afterwards. */
export function runBuilder(path: string, builder: readonly string[]): Command {
  return { script: RUN_BUILDER, args: [path, ...builder], slow: true, timeoutSeconds: 3600 };
}

export function removeEnvironment({ path }: EnvironmentArgs): Command {
  return { script: REMOVE, args: [path], slow: true, timeoutSeconds: 300 };
}
