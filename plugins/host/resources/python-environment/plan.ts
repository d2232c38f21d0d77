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
path=$1 version=$2 python=$3 owner=$4 group=$5 wheels=$6 uploaded=$7; shift 7
umask 022
store=$path.versions target=$store/$version
T=$(mktemp -d)
if [ "$uploaded" = yes ]; then trap 'rm -rf "$T" "$wheels"' EXIT; else trap 'rm -rf "$T"' EXIT; fi
cat >"$T/requirements.txt"
[ -d "\${path%/*}" ] || die "its parent \${path%/*} does not exist"
[ ! -e "$path" ] || [ -L "$path" ] || die "$path exists and was not made by this resource. Move it away first"
[ -x "$python" ] || die "there is no interpreter $python"
[ -z "$wheels" ] || [ -d "$wheels" ] || die "there is no directory $wheels with wheels"
# One that is complete may still not run: an upgrade of the system can take its interpreter away.
if [ ! -f "$target/${MARKER}/requirements.txt" ] || ! "$target/bin/python" -c '' 2>/dev/null; then
  rm -rf -- "$target"; mkdir -p "$store"
  words=$("$python" -m venv "$target" 2>&1 </dev/null) || { rm -rf -- "$target"; die "no virtual environment (is python3-venv installed?): $words"; }
  from=; [ -z "$wheels" ] || from="--no-index --find-links=$wheels"
  words=$("$target/bin/python" -m pip --disable-pip-version-check --no-input --quiet install --require-hashes $from --requirement "$T/requirements.txt" 2>&1 </dev/null) ||
    { rm -rf -- "$target"; die "pip failed, the previous environment stays: $(printf '%s\\n' "$words" | tail -15)"; }
  while [ $# -gt 1 ]; do
    mkdir -p -- "$(dirname -- "$target/$1")"; printf '%s' "$2" | base64 -d >"$target/$1"; shift 2
  done
  mkdir "$target/${MARKER}.new"
  printf '%s\\n' "$python" >"$target/${MARKER}.new/python"
  cp -- "$T/requirements.txt" "$target/${MARKER}.new/requirements.txt"
  mv -T -- "$target/${MARKER}.new" "$target/${MARKER}"
fi
chown -R -- "$owner:$group" "$store"
previous=$(readlink -- "$path" || :)
ln -sfn -- "\${store##*/}/$version" "$path.new"; mv -fT -- "$path.new" "$path"
# Servers that run still use the previous one; older ones go.
for old in "$store"/*; do
  [ "$old" = "$target" ] || [ "\${old##*/}" = "\${previous##*/}" ] || rm -rf -- "$old"
done
"$target/bin/python" -c 'import platform; print(platform.python_version())'
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
  const { path, python, owner, group, requirements } = args;
  const files = Object.entries(args.files).flatMap(([name, text]) => [name, Buffer.from(text).toString("base64")]);
  return {
    script: BUILD,
    args: [path, versionOf(args), python, owner, group, wheels, uploaded ? "yes" : "no", ...files],
    input: Buffer.from(requirements, "utf8"),
    slow: true,
    timeoutSeconds: 1800,
  };
}

export function removeEnvironment({ path }: EnvironmentArgs): Command {
  return { script: REMOVE, args: [path], slow: true, timeoutSeconds: 300 };
}
