"""A real hub and proxy with many servers that run, on loopback: what they cost, and how long a restart takes.

Prints one line of JSON. Needs the hub's Python packages, configurable-http-proxy, and runtime/tests on PYTHONPATH.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from database import populate
from hub import Hub, get, usage


class Cluster:
    """The simulated cluster's process."""

    def __init__(self, directory: Path, servers: int) -> None:
        argv = [sys.executable, str(Path(__file__).with_name("cluster.py")), str(directory), str(servers)]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.about = self._read()

    def _read(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def counts(self) -> Any:
        """Commands and connections so far."""
        assert self.process.stdin is not None
        self.process.stdin.write("counts\n")
        self.process.stdin.flush()
        return self._read()

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


def measure(servers: int, interval: float, intervals: float) -> dict[str, Any]:
    """One hub with so many servers: the first start, at rest for some intervals, a restart."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        cluster = Cluster(directory, servers)
        hub = Hub(directory, cluster.about["login_node"], interval)
        try:
            populate(f"sqlite:///{directory}/jupyterhub.sqlite", servers, cluster.about["port"])
            hub.start_proxy()
            first = hub.start()
            hub.wait_for_servers(servers)
            rest = at_rest(cluster, hub, interval * intervals)
            hub.kill()
            restart = hub.start()
            restart_cpu = hub.usage()["cpu"]
            found = hub.wait_for_servers(servers)
            served = get(f"http://127.0.0.1:{hub.public}/user/user00000/api")[0]
            assert hub.proxy is not None
            return {
                "servers": servers,
                "interval": interval,
                "first_start": first,
                "restart": restart,
                "restart_cpu": restart_cpu,
                "restart_until_all_found": restart + found,
                "after_restart": {**hub.usage(), "running": hub.running(), "served": served},
                "rest": rest,
                "proxy": usage(hub.proxy.pid),
                "log": [line for line in hub.log().splitlines() if "Initialized" in line or "nresponsive" in line],
            }
        finally:
            hub.close()
            cluster.close()


def at_rest(cluster: Cluster, hub: Hub, seconds: float) -> dict[str, Any]:
    """What goes on while nobody asks for anything."""
    time.sleep(min(5, seconds))  # what the start left to do
    before, used, began = cluster.counts(), hub.usage(), time.monotonic()
    time.sleep(seconds)
    after, now, passed = cluster.counts(), hub.usage(), time.monotonic() - began
    calls = {words: count - before["calls"].get(words, 0) for words, count in after["calls"].items()}
    return {
        "seconds": passed,
        "commands": after["commands"] - before["commands"],
        "connections": after["connections"],
        "calls": {words: count for words, count in calls.items() if count},
        "cores": (now["cpu"] - used["cpu"]) / passed,
        "megabytes": now["megabytes"],
        "peak_megabytes": now["peak_megabytes"],
        "running": hub.running(),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=1000)
    parser.add_argument("--interval", type=float, default=15, help="seconds between two looks at the queue")
    parser.add_argument("--intervals", type=float, default=4, help="how many of them to watch the hub at rest")
    options = parser.parse_args()
    print(json.dumps(measure(options.servers, options.interval, options.intervals)))
