"""What a hub that has just started does with the servers of the one before it."""

import asyncio
from typing import Any

import pytest
from conftest import Cluster
from fake_cluster import FakeJob, until
from hubs import Hubs, announce, listening, ready, started

from jupyterhub_hpc.port_api import token_digest
from jupyterhub_hpc.schedulers.slurm_spawner import ClusterSlurmSpawner


@pytest.fixture
def hubs(cluster: Cluster) -> Hubs:
    return Hubs(cluster)


async def restarted(hubs: Hubs) -> ClusterSlurmSpawner:
    """The next hub's view of a server, as far as JupyterHub takes it before it asks the server itself."""
    spawner = hubs.spawner()
    spawner.load_state(spawner.orm_spawner.state)
    spawner._check_pending = True
    spawner.restart_patience = 0.3
    assert await spawner.poll() is None
    assert await spawner.get_url() == spawner.server.url
    return spawner


def check(spawner: ClusterSlurmSpawner, answers: bool = False) -> "asyncio.Task[Any]":
    """JupyterHub's check, of a server that answers or of the address as it is."""

    async def answer(_: float) -> str:
        return "the server's answer"

    if answers:
        return asyncio.ensure_future(spawner.confirm(answer, spawner.http_timeout))
    return asyncio.ensure_future(spawner.server.wait_up(http=True, timeout=spawner.http_timeout, extra_path="api"))


async def running(hubs: Hubs) -> FakeJob:
    """A server that an earlier hub started to the end."""
    first, job, server = await started(hubs)
    first.server.proto, first.server.ip, first.server.port = "https", "127.0.0.1", first.port
    first._save()
    server.close()  # from here on it does not answer
    return job


async def waiting(hubs: Hubs) -> FakeJob:
    """A job in the queue, whose hub died."""
    first = ready(hubs.spawner())
    start = asyncio.create_task(first.start())
    await until(lambda: first.job_id)
    start.cancel()
    return hubs.cluster.slurm.jobs[first.job_id]


async def test_a_server_that_cannot_be_reached_is_left_alone(hubs: Hubs) -> None:
    job = await running(hubs)
    spawner = await restarted(hubs)
    answer = await asyncio.wait_for(check(spawner), 5)
    assert answer.headers["X-JupyterHub-Version"]
    assert job.state == "RUNNING"
    assert spawner.job_id


@pytest.mark.parametrize("down", ["login nodes", "Slurm"])
async def test_so_is_one_whose_scheduler_cannot_be_asked_either(hubs: Hubs, down: str) -> None:
    await running(hubs)
    hubs.cluster.slurm.broken = "slurm_load_jobs error: Unable to contact slurm controller"
    if down == "login nodes":
        await hubs.cluster.login1.stop()
        await hubs.cluster.login2.stop()
    spawner = await restarted(hubs)
    await asyncio.wait_for(check(spawner), 5)
    assert await spawner.poll() is None


async def test_one_whose_job_ended_meanwhile_is_gone(hubs: Hubs) -> None:
    job = await running(hubs)
    spawner = await restarted(hubs)
    job.state = "NODE_FAIL"
    with pytest.raises(TimeoutError, match="node failed"):
        await asyncio.wait_for(check(spawner), 5)


async def test_a_job_in_the_queue_waits_longer_than_a_start_may_take(hubs: Hubs) -> None:
    job = await waiting(hubs)
    spawner = await restarted(hubs)
    spawner.start_timeout = spawner.http_timeout = 1
    checked = check(spawner, answers=True)
    await asyncio.sleep(1.5)
    assert (spawner.pending, job.state, checked.done()) == ("spawn", "PENDING", False)
    assert spawner.token_digest == token_digest("a-token")

    server, port = await listening()
    job.state, job.host = "RUNNING", "127.0.0.1"
    assert await announce(spawner, port)
    assert await asyncio.wait_for(checked, 5) == "the server's answer"
    assert hubs.proxy.routes == [spawner.server_url("127.0.0.1")]
    assert spawner.ready
    server.close()


async def test_its_user_may_stop_it_meanwhile(hubs: Hubs) -> None:
    job = await waiting(hubs)
    spawner = await restarted(hubs)
    checked = check(spawner)
    await until(lambda: spawner.pending == "spawn")
    spawner._spawn_future.cancel()  # JupyterHub's way
    await asyncio.wait_for(checked, 5)
    assert spawner.poll_interval == 0  # another server may have its place by now
    await spawner.stop()
    assert job.state == "CANCELLED"


async def test_its_end_is_kept_for_the_page(hubs: Hubs) -> None:
    job = await waiting(hubs)
    spawner = await restarted(hubs)
    checked = check(spawner)
    job.state, job.host = "OUT_OF_MEMORY", "node1"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(checked, 5)
    assert "more memory" in str(spawner._spawn_future.exception())


async def test_a_server_that_told_its_port_to_the_earlier_hub_comes_up(hubs: Hubs) -> None:
    job = await waiting(hubs)
    job.state, job.host = "RUNNING", "127.0.0.1"
    before = hubs.spawner()
    before.load_state(before.orm_spawner.state)
    server, port = await listening()
    assert await announce(before, port)
    spawner = await restarted(hubs)
    await asyncio.wait_for(check(spawner, answers=True), 5)
    assert spawner.server.host == spawner.server_url("127.0.0.1")
    server.close()


async def test_servers_are_asked_a_few_at_a_time(hubs: Hubs) -> None:
    await running(hubs)
    spawner = await restarted(hubs)
    spawner._turns = asyncio.Semaphore(2)
    most, now = 0, 0

    async def answer(_: float) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1

    await asyncio.gather(*(spawner.confirm(answer, spawner.http_timeout) for _ in range(6)))
    assert (most, now) == (2, 0)
