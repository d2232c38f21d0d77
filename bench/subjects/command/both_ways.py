"""One command again and again, over the runtime's persistent connection and by a cold ssh in turn.

Prints the seconds of each as JSON. Standard input: JSON with `node` (name, address, port), `user`, `key_file`,
`known_hosts_file`, `command` and `times`.
"""

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

from traitlets.config import Config

from jupyterhub_hpc.login_nodes import LoginNodes


async def main(about: dict[str, Any]) -> None:
    """Measure, and print."""
    access = {name: about[name] for name in ("user", "key_file", "known_hosts_file")}
    nodes = LoginNodes(config=Config({"LoginNodes": {**access, "nodes": [about["node"]]}}))
    pinned = ["-o", f"UserKnownHostsFile={about['known_hosts_file']}", "-o", "StrictHostKeyChecking=yes"]
    alone = ["-F", "none", "-o", "BatchMode=yes", "-o", "ControlPath=none", "-i", about["key_file"]]
    where = ["-p", str(about["node"]["port"]), f"{about['user']}@{about['node']['address']}"]
    cold_command = ["ssh", *alone, *pinned, *where, *about["command"]]
    persistent, cold = [], []
    await nodes.run(about["command"], repeatable=True)  # connects
    for _ in range(about["times"]):
        began = time.perf_counter()
        result = await nodes.run(about["command"], repeatable=True)
        persistent.append(time.perf_counter() - began)
        began = time.perf_counter()
        done = await asyncio.to_thread(subprocess.run, cold_command, capture_output=True, stdin=subprocess.DEVNULL)
        cold.append(time.perf_counter() - began)
        if result.exit_status != 0 or done.returncode != 0:
            raise SystemExit(f"the command failed: {result.stderr} {done.stderr.decode()}")
    print(json.dumps({"persistent": persistent, "cold": cold}))
    nodes.close()


asyncio.run(main(json.load(sys.stdin)))
