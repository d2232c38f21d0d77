"""Starts a server through the hub's API, waits until it answers through the proxy, and stops it. Prints the seconds.

Standard input: JSON with `url`, `ca_file`, `token`, `user` and `options`; `keep` leaves the server running.
"""

import json
import ssl
import sys
import time
import urllib.error
import urllib.request
from typing import Any

ABOUT = json.load(sys.stdin)
CONTEXT = ssl.create_default_context(cafile=ABOUT["ca_file"])


def ask(method: str, path: str, body: Any = None) -> tuple[int, str]:
    """Status and text of an answer; 0 when there was none."""
    headers = {"Authorization": f"Bearer {ABOUT['token']}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(ABOUT["url"] + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30, context=CONTEXT) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait(what: str, seconds: float, condition: Any) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not within {seconds:g} s")
        time.sleep(0.05)


def running() -> bool:
    """Whether the hub knows a server of the user, starting and stopping ones included."""
    status, text = ask("GET", f"/hub/api/users/{ABOUT['user']}")
    if status != 200:
        raise SystemExit(f"the hub does not tell of {ABOUT['user']} ({status}): {text[:1000]}")
    return bool(json.loads(text).get("servers"))


def stop() -> None:
    """Stop the server, and wait until it is gone."""
    ask("DELETE", f"/hub/api/users/{ABOUT['user']}/server")
    wait("the server to be gone", 120, lambda: not running())


stop()
began = time.monotonic()
status, text = ask("POST", f"/hub/api/users/{ABOUT['user']}/server", ABOUT["options"])
if status not in (201, 202):
    raise SystemExit(f"the hub did not start a server ({status}): {text[:1000]}")
wait("the server to answer", 300, lambda: '"version"' in ask("GET", f"/user/{ABOUT['user']}/api")[1])
print(json.dumps(time.monotonic() - began))
if not ABOUT.get("keep"):
    stop()
