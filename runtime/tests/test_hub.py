"""A real hub on loopback, with login nodes on loopback: what a token out of a job can do there, and what not."""

import asyncio
import json
import os
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import requests
from certificate_requests import key_pem, new_key, request
from conftest import FORWARDED, Cluster
from fake_cluster import FakeJob, until

CONFIG = """
import batchspawner, json, jupyterhub_hpc
from jupyterhub.proxy import Proxy

class NoProxy(Proxy):
    should_start = False
    async def add_route(self, *_): pass
    async def delete_route(self, *_): pass
    async def get_all_routes(self): return {{}}

c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.bind_url = "http://127.0.0.1:1"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.db_url = "sqlite:///{directory}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "{directory}/cookie_secret"
c.HubApp.servers_port = {servers_port}
c.HubApp.servers_interface = "lo"
c.Authority.directory = "{directory}/authority"
c.Authority.proxy_file = "{directory}/identity.pem"
c.JupyterHub.cleanup_servers = False
c.JupyterHub.authenticator_class = "null"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "jupyterhub_hpc.schedulers.slurm_spawner.ClusterSlurmSpawner"
c.JupyterHub.services = [{{"name": "admin", "api_token": "admin-token-of-the-test"}}]
c.JupyterHub.load_roles = [
    {{"name": "test-admin", "services": ["admin"], "scopes": ["admin:users", "admin:servers", "tokens"]}}
]
c.JupyterHub.tornado_settings = {{"slow_spawn_timeout": 0}}
c.LoginNodes = c.LoginNodes.__class__(json.loads('''{login_nodes}'''))
c.Accounts.home = "/home/{{username}}"
c.SlurmQueue.interval = c.SlurmQueue.starting_interval = 0.05
c.ClusterSlurmSpawner.batch_script = "#!/bin/bash\\n#SBATCH --comment={{{{ comment }}}}\\n"
c.ClusterSlurmSpawner.partitions = {{
    "short": {{
        "description": "Short", "gpu": "", "max_ngpus": 0, "max_nprocs": 4, "max_runtime": 14400,
        "jupyter_environments": {{"lab": {{"description": "Lab", "path": "/apps/lab/bin"}}}},
    }}
}}
jupyterhub_hpc.set_pages(c, {{"site_name": "Test", "announcement": "", "help_url": ""}})
"""


class RunningHub:
    """A hub's process, and requests to it, made in a thread: the login nodes live in this event loop."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        with socket.socket() as probe, socket.socket() as another:
            probe.bind(("127.0.0.1", 0))
            another.bind(("127.0.0.1", 0))
            port, servers_port = probe.getsockname()[1], another.getsockname()[1]
        self.servers_url = f"https://127.0.0.1:{servers_port}/hub/api"
        self.url = f"http://127.0.0.1:{port}/hub/api"
        self.config = cluster.directory / "jupyterhub_config.py"
        nodes = {**cluster.config.LoginNodes, "forwarded_environment": FORWARDED}
        self.config.write_text(
            CONFIG.format(
                port=port,
                servers_port=servers_port,
                directory=cluster.directory,
                login_nodes=json.dumps(nodes),
            )
        )
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        log_file = self.cluster.directory / "hub.log"
        with log_file.open("a") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "jupyterhub_hpc", "-f", str(self.config)),
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
                cwd=self.cluster.directory,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(60):
            while not await self._answers():
                assert self.process.returncode is None, log_file.read_text()[-3000:]
                await asyncio.sleep(0.2)

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def _answers(self) -> bool:
        try:
            return (await self.request("GET", "/")).ok
        except requests.ConnectionError:
            return False

    async def request(self, method: str, path: str, token: str = "", **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"token {token}"} if token else {}
        return await asyncio.to_thread(requests.request, method, self.url + path, headers=headers, timeout=20, **kwargs)

    async def as_admin(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        return await self.request(method, path, "admin-token-of-the-test", **kwargs)

    async def starting(self, username: str) -> str:
        """Have a server started that waits for its port; its token."""
        await self.as_admin("POST", f"/users/{username}")
        before = len(self.cluster.slurm.jobs)
        response = await self.as_admin("POST", f"/users/{username}/server", json={"partition": "short"})
        assert response.status_code == 202, response.text
        await until(lambda: len(self.cluster.slurm.jobs) > before)
        job = list(self.cluster.slurm.jobs.values())[-1]
        assert job.user == username
        return job.environment["JUPYTERHUB_API_TOKEN"]


@pytest.fixture
async def hub(cluster: Cluster) -> AsyncIterator[RunningHub]:
    cluster.slurm.on_submit = _run
    hub = RunningHub(cluster)
    await hub.start()
    yield hub
    await hub.kill()


def _run(_: str, job: FakeJob) -> None:
    job.state, job.host = "RUNNING", "127.0.0.1"


async def test_a_token_out_of_a_job_announces_its_own_port_and_does_nothing_else(hub: RunningHub) -> None:
    alice = await hub.starting("alice")
    bob = await hub.starting("bob")

    key = new_key()
    mine = request(key)

    async def announce(token: str, body: Any) -> int:
        return (await hub.request("POST", "/batchspawner", token, json=body)).status_code

    # The spawner's other attributes are out of reach.
    for body in (
        {"batch_query_cmd": "touch /tmp/pwned"},
        {"port": 40000, "request": mine, "batch_script": "x"},
        {"port": 40000, "request": mine, "ip": "10.0.0.1"},
        {"port": "40000", "request": mine},
        {"port": 22, "request": mine},
        {"port": 40000, "request": "garbage"},
        {"port": 40000, "request": request(common_name="bob")},
        {"port": 40000},
        [40000],
    ):
        assert await announce(alice, body) == 400, body

    # Nobody without that server's token gets in.
    assert await announce("", {"port": 40001, "request": mine}) == 403
    assert await announce("no-such-token", {"port": 40001, "request": mine}) == 403
    assert await announce("admin-token-of-the-test", {"port": 40001, "request": mine}) == 403
    own = await hub.as_admin("POST", "/users/alice/tokens", json={"note": "Server at /user/alice/"})
    assert await announce(own.json()["token"], {"port": 40001, "request": mine}) == 403

    # Its own port and key, once. Bob's token sets bob's, for whatever key: it is certified as bob's server.
    assert await announce(alice, {"port": 40002, "request": mine}) == 201
    assert await announce(alice, {"port": 40002, "request": mine}) == 201
    assert await announce(alice, {"port": 40003, "request": mine}) == 409
    assert await announce(alice, {"port": 40002, "request": request()}) == 409
    assert await announce(bob, {"port": 40004, "request": request()}) == 201

    # And nothing else in the hub's API.
    for method, path, body in (
        ("GET", "/users", None),
        ("GET", "/users/bob", None),
        ("POST", "/users/alice/server", {"partition": "short"}),
        ("DELETE", "/users/alice/server", None),
        ("DELETE", "/users/bob/server", None),
        ("POST", "/users/alice/tokens", {}),
        ("POST", "/users/mallory", None),
        ("PATCH", "/users/alice", {"admin": True}),
        ("POST", "/users/bob/activity", {"last_activity": "2026-01-01T00:00:00Z"}),
        ("GET", "/proxy", None),
        ("POST", "/shutdown", {}),
    ):
        response = await hub.request(method, path, alice, json=body)
        assert response.status_code in (403, 404), (method, path, response.status_code)


async def test_servers_reach_the_hub_by_tls_and_know_it_by_its_authority_alone(hub: RunningHub) -> None:
    authority = str(hub.cluster.directory / "authority/authority.pem")

    def status(url: str, **kwargs: Any) -> int:
        return requests.get(url, timeout=20, **kwargs).status_code

    assert await asyncio.to_thread(status, hub.servers_url + "/", verify=authority) == 200
    with pytest.raises(requests.exceptions.SSLError):  # no public authority
        await asyncio.to_thread(status, hub.servers_url + "/")
    with pytest.raises(requests.exceptions.SSLError):  # no name but its own
        await asyncio.to_thread(status, hub.servers_url.replace("127.0.0.1", "localhost") + "/", verify=authority)
    with pytest.raises(requests.ConnectionError):
        await asyncio.to_thread(status, hub.servers_url.replace("https", "http") + "/")


async def test_options_of_the_rest_api_are_checked(hub: RunningHub) -> None:
    await hub.as_admin("POST", "/users/alice")
    for options in ({"partition": "other"}, {"options": "--uid=0"}, {"nprocs": 400}, {"srun": "id"}):
        await hub.as_admin("POST", "/users/alice/server", json=options)
        await until_stopped(hub, "alice")
    assert hub.cluster.slurm.count("submit") == 0


async def test_a_hub_killed_while_a_job_waits_finds_it_again(hub: RunningHub) -> None:
    hub.cluster.slurm.on_submit = None  # it stays in the queue
    token = await hub.starting("alice")
    await hub.kill()
    await hub.start()

    (job,) = hub.cluster.slurm.jobs.values()
    job.state, job.host = "RUNNING", "127.0.0.1"
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    key = new_key()
    answer = await hub.request("POST", "/batchspawner", token, json={"port": port, "request": request(key)})
    assert answer.status_code == 201
    server = await serve(hub, port, key_pem(key) + answer.json()["certificate"])
    async with asyncio.timeout(30):
        while not (await hub.as_admin("GET", "/users/alice")).json()["servers"][""]["ready"]:
            await asyncio.sleep(0.1)
    assert job.state == "RUNNING"
    assert len(hub.cluster.slurm.jobs) == 1
    server.close()


async def serve(hub: RunningHub, port: int, identity: str) -> asyncio.Server:
    """A server as the launcher makes it: it lets in whom the hub's authority knows as a client."""
    file = hub.cluster.directory / "server.pem"
    file.write_text(identity)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(hub.cluster.directory / "authority/authority.pem")
    return await asyncio.start_server(_answer_as_a_server, "127.0.0.1", port, ssl=context)


async def _answer_as_a_server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nX-JupyterHub-Version: 6.1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    await writer.drain()
    writer.close()


async def until_stopped(hub: RunningHub, username: str) -> None:
    async with asyncio.timeout(10):
        while (await hub.as_admin("GET", f"/users/{username}?include_stopped_servers")).json().get("pending"):
            await asyncio.sleep(0.05)
