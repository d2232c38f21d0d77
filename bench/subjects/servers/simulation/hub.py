"""A real hub, configured as templates/hub/jupyterhub_config.py.ejs does as far as it matters here, and its proxy."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

PROXY = os.environ.get("PROXY_DIRECTORY", "/opt/proxy")
SCRAPER = "scraper-of-the-simulation-scraper-of-it"
CONFIG = """
import json, batchspawner, jupyterhub_hpc
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_api}"
c.JupyterHub.cleanup_servers = False
c.JupyterHub.init_spawners_timeout = 5
c.JupyterHub.db_url = "sqlite:///{directory}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "{directory}/cookie_secret"
c.JupyterHub.authenticator_class = "null"
c.JupyterHub.spawner_class = "jupyterhub_hpc.schedulers.slurm_spawner.ClusterSlurmSpawner"
c.JupyterHub.concurrent_spawn_limit = 100
c.Authority.directory = "{directory}/authority"
c.Authority.proxy_file = "{directory}/identity.pem"
c.LoginNodes = c.LoginNodes.__class__(json.loads('''{login_nodes}'''))
c.Accounts.home = "/home/{{username}}"
c.SlurmQueue.interval = {interval}
c.Spawner.http_timeout = 120
c.Spawner.poll_interval = 30
c.Spawner.poll_jitter = 0.2
c.ClusterSlurmSpawner.partitions = {{}}
c.JupyterHub.load_roles = []
c.JupyterHub.services = []
jupyterhub_hpc.set_pages(c, {{"site_name": "Simulation", "announcement": "", "help_url": ""}})
jupyterhub_hpc.set_metrics(c, token_file="{directory}/token", networks=["127.0.0.1/32"], proxy_url="http://127.0.0.1:1/")
"""


def free_port() -> int:
    """A port nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str, token: str = "", timeout: float = 10) -> tuple[int, str]:
    """Status and body; 0 when nobody answers."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


class Hub:
    """The hub's process, and the proxy's."""

    def __init__(self, directory: Path, login_node: dict[str, Any], interval: float) -> None:
        self.directory = directory
        self.public, self.hub, self.proxy_api = free_port(), free_port(), free_port()
        access = {
            "user": "hub",
            "nodes": [login_node],
            "key_file": f"{directory}/id_ed25519",
            "known_hosts_file": f"{directory}/known_hosts",
        }
        (directory / "token").write_text(SCRAPER)
        (directory / "jupyterhub_config.py").write_text(
            CONFIG.format(
                directory=directory,
                public=self.public,
                hub=self.hub,
                proxy_api=self.proxy_api,
                interval=interval,
                login_nodes=json.dumps(access),
            )
        )
        proxy = {
            "CONFIGPROXY_AUTH_TOKEN": "proxy-token-of-the-simulation",
            "JUPYTERHUB_PROXY_IDENTITY": f"{directory}/identity.pem",
        }
        self.environment = {**os.environ, **proxy}
        self.process: subprocess.Popen[bytes] | None = None
        self.proxy: subprocess.Popen[bytes] | None = None

    def _start(self, name: str, argv: list[str]) -> "subprocess.Popen[bytes]":
        with (self.directory / f"{name}.log").open("a") as log:
            return subprocess.Popen(argv, env=self.environment, cwd=self.directory, stdout=log, stderr=log)

    def start_proxy(self) -> None:
        """Start configurable-http-proxy, and wait until it answers."""
        hub = f"http://127.0.0.1:{self.hub}"
        api = ["--api-ip", "127.0.0.1", "--api-port", str(self.proxy_api)]
        targets = ["--default-target", hub, "--error-target", f"{hub}/hub/error"]
        proxy = ["node", "--import", f"{PROXY}/servers.js", f"{PROXY}/node_modules/.bin/configurable-http-proxy"]
        argv = [*proxy, "--ip", "127.0.0.1", "--port", str(self.public), *api, *targets]
        self.proxy = self._start("proxy", argv)
        self._wait(f"http://127.0.0.1:{self.public}/_chp_healthz", 30)

    def start(self) -> float:
        """Start the hub; seconds until a request through the proxy is answered."""
        began = time.monotonic()
        self.process = self._start("hub", [sys.executable, "-m", "jupyterhub_hpc", "-f", "jupyterhub_config.py"])
        self._wait(f"http://127.0.0.1:{self.hub}/hub/api/", 300)  # the proxy would write an error for each attempt
        self._wait(f"http://127.0.0.1:{self.public}/hub/api/", 10)
        return time.monotonic() - began

    def _wait(self, url: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while get(url, timeout=5)[0] != 200:
            if time.monotonic() > deadline or (self.process and self.process.poll() is not None):
                raise SystemExit(f"{url} does not answer:\n{self.log()[-3000:]}")
            time.sleep(0.05)

    def wait_for_servers(self, servers: int, seconds: float = 300) -> float:
        """Wait until the hub has found all servers running; seconds it took."""
        began = time.monotonic()
        while self.running() != servers:
            if time.monotonic() - began > seconds:
                raise SystemExit(f"the hub found {self.running()} of {servers} servers:\n{self.log()[-3000:]}")
            time.sleep(0.2)
        return time.monotonic() - began

    def running(self) -> int:
        """Servers that the hub knows to run."""
        _, text = get(f"http://127.0.0.1:{self.hub}/hub/metrics", SCRAPER, 60)
        for line in text.splitlines():
            if line.startswith("jupyterhub_running_servers "):
                return int(float(line.split()[1]))
        return -1

    def log(self) -> str:
        """What the hub said."""
        return (self.directory / "hub.log").read_text()

    def kill(self) -> None:
        """End the hub as a power cut would; the proxy goes on."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def usage(self) -> dict[str, float]:
        """CPU seconds and megabytes of the hub's process so far."""
        assert self.process is not None
        return usage(self.process.pid)

    def close(self) -> None:
        """End both."""
        self.kill()
        if self.proxy is not None:
            self.proxy.kill()
            self.proxy.wait()


def usage(pid: int) -> dict[str, float]:
    """CPU seconds, and resident and peak megabytes (10^6 bytes), of a process."""
    proc = Path("/proc") / str(pid)
    fields = (proc / "stat").read_text().rsplit(")", 1)[1].split()
    memory = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines() if line.startswith("Vm"))
    megabytes = {name: int(memory[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM")}
    ticks = os.sysconf("SC_CLK_TCK")
    return {
        "cpu": (int(fields[11]) + int(fields[12])) / ticks,
        "megabytes": megabytes["VmRSS"],
        "peak_megabytes": megabytes["VmHWM"],
    }
