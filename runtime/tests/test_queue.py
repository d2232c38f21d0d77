import asyncio
import logging
import time

import pytest
from conftest import Cluster
from fake_cluster import FakeJob

from jupyterhub_hpc.schedulers.slurm_spawner import SlurmQueue


def queue_of(cluster: Cluster) -> SlurmQueue:
    queue: SlurmQueue = SlurmQueue.instance(config=cluster.config)
    return queue


async def test_one_look_for_everybody(cluster: Cluster) -> None:
    looks = await asyncio.gather(*(queue_of(cluster).look(5) for _ in range(1000)))
    assert len({id(look) for look in looks}) == 1
    assert cluster.slurm.count("queue") == 1


@pytest.mark.parametrize("servers", [1, 100, 1000])
async def test_one_look_an_interval_whatever_the_number_of_servers(cluster: Cluster, servers: int) -> None:
    cluster.config.SlurmQueue.interval = 0.4
    queue = queue_of(cluster)

    async def poll(number: int) -> None:
        while time.monotonic() < end:
            await queue.look(queue.interval)
            await asyncio.sleep(0.1 + 0.2 * number / servers)

    began = time.monotonic()
    end = began + 4 * queue.interval
    await asyncio.gather(*(poll(number) for number in range(servers)))
    intervals = (time.monotonic() - began) / queue.interval
    assert 2 <= cluster.slurm.count("queue") <= intervals + 1


async def test_a_look_after_a_moment_is_newer_than_it(cluster: Cluster) -> None:
    queue = queue_of(cluster)
    await queue.look(5)
    cluster.slurm.jobs["1"] = FakeJob("alice", "#SBATCH --comment=x\n", {})
    assert "1" in (await queue.look_after(time.monotonic())).jobs


async def test_a_failed_look_has_no_jobs_and_says_so(cluster: Cluster) -> None:
    cluster.slurm.broken = "Unable to contact slurm controller"
    look = await queue_of(cluster).look(5)
    assert "Unable to contact slurm controller" in look.problem


async def test_an_outage_is_told_when_it_begins_and_when_it_ends(
    cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    queue = queue_of(cluster)
    queue.log = logging.getLogger("the hub's")
    await queue.look(0)
    cluster.slurm.broken = "Unable to contact slurm controller"
    for _ in range(5):
        await queue.look(0)
    cluster.slurm.broken = ""
    await queue.look(0)
    told = [record.getMessage() for record in caplog.records if record.name == "the hub's"]
    assert len(told) == 2
    assert "Unable to contact slurm controller" in told[0]
    assert told[1] == "The queue answers again"
