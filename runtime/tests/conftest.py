"""Login nodes on loopback for every test that wants some."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fake_cluster import FakeLoginNode, FakeSlurm
from gate_node import Node
from traitlets.config import Config

from jupyterhub_hpc.accounts import Accounts
from jupyterhub_hpc.authority import Authority
from jupyterhub_hpc.login_nodes import LoginNodes
from jupyterhub_hpc.schedulers.slurm_spawner import SlurmQueue

FORWARDED = ["JUPYTERHUB_API_TOKEN", "JUPYTERHUB_API_URL", "JUPYTERHUB_HPC_AUTHORITY", "JUPYTERHUB_USER"]


@dataclass
class Cluster:
    slurm: FakeSlurm
    login1: FakeLoginNode
    login2: FakeLoginNode
    config: Config
    directory: Path


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    slurm = FakeSlurm()
    nodes = [FakeLoginNode(slurm, tmp_path, name) for name in ("login1", "login2")]
    for node in nodes:
        await node.start()
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text("".join(node.known_hosts_line() for node in nodes))
    config = Config()
    config.LoginNodes = _login_nodes(nodes, tmp_path)
    config.Accounts.home = "/home/{username}"
    config.Authority.directory = str(tmp_path / "authority")
    config.Authority.proxy_file = str(tmp_path / "identity.pem")
    config.SlurmQueue.interval = config.SlurmQueue.retry_interval = 0.05
    config.SlurmQueue.fresh = 0.0
    config.SlurmQueue.starting_interval = 0.02
    for singleton in (LoginNodes, Accounts, SlurmQueue, Authority):
        singleton.clear_instance()
    Authority.instance(config=config).open()
    yield Cluster(slurm, *nodes, config, tmp_path)
    LoginNodes.instance(config=config).close()
    for singleton in (LoginNodes, Accounts, SlurmQueue, Authority):
        singleton.clear_instance()
    for node in nodes:
        await node.stop()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()  # what would look again later


def _login_nodes(nodes: list[FakeLoginNode], directory: Path) -> Any:
    return Config(
        {
            "user": "hub",
            "nodes": [node.description() for node in nodes],
            "key_file": str(directory / "id_ed25519"),
            "known_hosts_file": str(directory / "known_hosts"),
            "connect_timeout": 2.0,
            "command_timeout": 1.0,
            "probe_interval": 0.1,
            "forwarded_environment": FORWARDED,
        }
    )


@pytest.fixture
def node(tmp_path: Path) -> Node:
    """A login node with the program on it."""
    return Node(tmp_path)
