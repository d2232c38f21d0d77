"""Submits a job script with sbatch on a login node, as its user, and waits until its server answers.

Prints the seconds. Standard input: JSON with `script`, `environment`, `node`, `port` and `user`. It needs the Python of
a login node, and nothing else.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request

ABOUT = json.load(sys.stdin)


def answers() -> bool:
    """Whether the server is there."""
    url = "http://{node}:{port}/user/{user}/api".format(**ABOUT)
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


began = time.monotonic()
submitted = subprocess.run(
    ["sbatch", "--parsable", "--nodelist=" + ABOUT["node"]],
    input=ABOUT["script"],
    env={**os.environ, **ABOUT["environment"]},
    capture_output=True,
    text=True,
    check=False,
)
if submitted.returncode != 0:
    raise SystemExit(submitted.stderr)
job = submitted.stdout.strip()
try:
    while not answers():
        if time.monotonic() - began > 300:
            raise SystemExit(f"the server of job {job} did not answer within 300 s")
        time.sleep(0.05)
    print(json.dumps(time.monotonic() - began))
finally:
    subprocess.run(["scancel", job], check=False)
