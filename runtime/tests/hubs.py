"""Hubs one after the other around the spawner, with JupyterHub's own classes and a database."""

import asyncio

from certificate_requests import request
from conftest import Cluster
from fake_cluster import FakeJob
from jupyterhub import orm
from jupyterhub.objects import Hub, Server
from jupyterhub.user import User, UserDict

from jupyterhub_hpc.schedulers.slurm_spawner import ClusterSlurmSpawner, SlurmQueue
from jupyterhub_hpc.server_address import NodeUnknown

ENVIRONMENT = {"description": "Lab", "path": "/apps/lab/bin", "modules": "", "prologue": "", "add_to_path": True}
PARTITION = {
    "description": "Short",
    "simple": True,
    "gpu": "",
    "max_ngpus": 0,
    "max_nprocs": 4,
    "max_runtime": 14400,
    "jupyter_environments": {"lab": ENVIRONMENT},
}
SCRIPT = "#!/bin/bash\n#SBATCH --comment={{ comment }}\n#SBATCH --chdir={{ homedir }}\n{{ launcher }}\n"


class FakeProxy:
    """JupyterHub's proxy, as far as a start asks for it."""

    def __init__(self) -> None:
        self.routes: list[str] = []

    async def add_user(self, user: User, server_name: str) -> None:
        self.routes.append(user.spawners[server_name].server.host)


class Hubs:
    """Hubs one after the other on the same database, as restarts make them."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.hub = Hub.from_url("http://127.0.0.1:8081/hub/")
        self.sessions = orm.new_session_factory(f"sqlite:///{cluster.directory}/hub.sqlite")

    def spawner(self, username: str = "alice") -> ClusterSlurmSpawner:
        """A new hub's view of a user's server."""
        SlurmQueue.clear_instance()
        db = self.sessions()
        orm_user = db.query(orm.User).filter_by(name=username).one_or_none()
        if orm_user is None:
            orm_user = orm.User(name=username)
            db.add(orm_user)
            db.add(orm.Spawner(name="", user=orm_user, server=orm.Server()))
            db.commit()
        config = self.cluster.config.copy()
        config.ClusterSlurmSpawner.partitions = {"short": PARTITION}
        config.ClusterSlurmSpawner.batch_script = SCRIPT
        config.ClusterSlurmSpawner.startup_poll_interval = 0.02
        settings = {"config": config, "spawner_class": ClusterSlurmSpawner}
        self.proxy = FakeProxy()
        self.users = UserDict(lambda: db, {**settings, "hub": self.hub, "base_url": "/", "proxy": self.proxy})
        spawner: ClusterSlurmSpawner = self.users[orm_user].spawners[""]
        spawner.server = Server(orm_server=spawner.orm_spawner.server)
        return spawner


def ready(spawner: ClusterSlurmSpawner) -> ClusterSlurmSpawner:
    spawner.api_token = "a-token"
    spawner.user_options = {"partition": "short"}
    return spawner


async def listening() -> tuple[asyncio.Server, int]:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def announce(spawner: ClusterSlurmSpawner, port: int, pem: str = "") -> str:
    """Tell it as a launcher does: again, until the scheduler knows the node."""
    pem = pem or request()
    async with asyncio.timeout(5):
        while True:
            try:
                return await spawner.announce(port, pem)
            except NodeUnknown:
                await asyncio.sleep(0.02)


async def started(hubs: Hubs) -> tuple[ClusterSlurmSpawner, FakeJob, asyncio.Server]:
    """A running server."""
    spawner = ready(hubs.spawner())
    server, port = await listening()
    announced = []

    def run(_: str, job: FakeJob) -> None:
        job.state, job.host = "RUNNING", "127.0.0.1"
        announced.append(asyncio.create_task(announce(spawner, port)))

    hubs.cluster.slurm.on_submit = run
    assert await spawner.start() == f"https://127.0.0.1.{spawner.spawn_id}.jupyterhub.internal:{port}"
    assert "BEGIN CERTIFICATE" in await announced[-1]
    return spawner, hubs.cluster.slurm.jobs[spawner.job_id], server
