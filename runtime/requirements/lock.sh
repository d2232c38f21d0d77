#!/bin/sh
# npm run lock: writes the lock files anew from the .in files. Needs uv on the PATH; afterwards run the tests, and commit both.
set -eu
cd "$(dirname "$0")"
command -v uv >/dev/null || { echo "lock: uv is not on the PATH. Next: python3 -m pip install uv" >&2; exit 1; }
for name in hub previous singleuser dev ../../bench/requirements; do
  uv pip compile "$name.in" --output-file "$name.txt" --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-annotate --quiet --custom-compile-command "npm run lock" "$@"
  echo "$name.txt: $(grep -c == "$name.txt") packages"
done
