"""Why a server ended or did not start: what is kept of it, for how long, and what the hub's log says."""

import asyncio
import logging
from typing import Any

import pytest
from conftest import Cluster
from fake_cluster import FakeJob, until
from test_spawner import Hubs, ready, started

from jupyterhub_hpc.ending import Ending
from jupyterhub_hpc.errors import JobEnded, JobRefused
from jupyterhub_hpc.schedulers.slurm_spawner import ClusterSlurmSpawner

REFUSED = "sbatch: error: Batch job submission failed: User's group not permitted to use this partition"


@pytest.fixture
def hubs(cluster: Cluster) -> Hubs:
    return Hubs(cluster)


def as_jupyterhub_stops(spawner: ClusterSlurmSpawner) -> None:
    """What `User.stop` does to the state of a server that has ended."""
    spawner.clear_state()
    spawner._save()


async def test_why_a_server_ended_outlives_it_and_the_hub(hubs: Hubs, caplog: pytest.LogCaptureFixture) -> None:
    spawner, job, _ = await started(hubs)
    spawner.server.port = spawner.port  # JupyterHub's, once `start` has returned
    job.state, job.reason = "TIMEOUT", "TimeLimit"
    await asyncio.sleep(0.06)
    job_id = spawner.job_id
    with caplog.at_level(logging.WARNING):
        spawner.log = logging.getLogger("hub")
        assert await spawner.poll() == 1
    assert [
        record.message
        for record in caplog.records
        if f"Job {job_id} ended" in record.message and "alice" in record.message
    ]
    assert await spawner.poll() == 1
    as_jupyterhub_stops(spawner)

    later = hubs.spawner()
    later.load_state(later.orm_spawner.state)
    assert later.ending is not None
    assert "reached its time limit" in later.ending.what
    assert (later.ending.job_id, later.ending.started) == (job_id, True)
    assert later.job_id == ""


async def test_a_server_that_runs_has_no_ending(hubs: Hubs) -> None:
    hubs.cluster.slurm.refuse = REFUSED
    spawner = ready(hubs.spawner())
    with pytest.raises(JobRefused):
        await spawner.start()
    assert spawner.ending is not None
    assert "your group may not use this partition" in spawner.ending.what
    assert "Batch job submission failed: User's group" in spawner.ending.what
    assert spawner.ending.next_step
    assert (spawner.ending.job_id, spawner.ending.started) == ("", False)
    hubs.cluster.slurm.refuse = ""
    spawner, _, _ = await started(hubs)
    assert spawner.ending is None
    assert "ending" not in spawner.get_state()


async def test_a_start_that_fails_is_explained_once(hubs: Hubs) -> None:
    def die(_: str, job: FakeJob) -> None:
        job.state, job.host, job.exit_code = "FAILED", "node1", 83

    hubs.cluster.slurm.on_submit = die
    spawner = ready(hubs.spawner())
    with pytest.raises(JobEnded, match="a module") as raised:
        await spawner.start()
    assert raised.value.ending == spawner.ending
    asked = hubs.cluster.slurm.count("scontrol")
    assert await spawner.poll() == 1  # JupyterHub asks again before it clears up
    assert hubs.cluster.slurm.count("scontrol") == asked
    assert spawner.ending == raised.value.ending


@pytest.mark.parametrize(
    ("state", "host", "words"),
    [
        ("PENDING", "n/a", "waits in the queue: it waits for nodes to become free.*that time is over"),
        ("RUNNING", "node1", "runs on node1, but its server has not told the hub its port"),
    ],
)
async def test_a_start_that_takes_too_long_says_what_it_waited_for(
    hubs: Hubs, state: str, host: str, words: str
) -> None:
    def stay(_: str, job: FakeJob) -> None:
        job.state, job.host = state, host

    hubs.cluster.slurm.on_submit = stay
    spawner = ready(hubs.spawner())
    spawner.start_timeout = 3
    with pytest.raises(JobEnded, match=words):
        await asyncio.wait_for(spawner.start(), 3)
    assert spawner.ending is not None
    assert spawner.ending.job_id == spawner.job_id


async def test_a_job_that_is_being_cleared_away_is_waited_for(hubs: Hubs) -> None:
    spawner, job, _ = await started(hubs)
    job.state, job.reason = "COMPLETING", "None"
    await asyncio.sleep(0.06)
    poll = asyncio.create_task(spawner.poll())
    await until(lambda: spawner._job and spawner._job.settling)
    job.state = "OUT_OF_MEMORY"
    assert await asyncio.wait_for(poll, 5) == 1
    assert spawner.ending is not None
    assert "more memory" in spawner.ending.what


@pytest.mark.parametrize("state", [None, "x", {}, {"what": "x", "unknown": 1}, []])
def test_what_an_older_or_newer_hub_left_is_no_ending(state: Any) -> None:
    assert Ending.from_state(state) is None


async def test_the_page_is_told_state_reason_and_expected_start(hubs: Hubs) -> None:
    hubs.cluster.slurm.on_submit = lambda _, job: setattr(job, "reason", "PartitionDown")
    spawner = ready(hubs.spawner())
    start = asyncio.create_task(spawner.start())
    await until(lambda: spawner._job)
    event = await anext(aiter(spawner.progress()))
    assert event["job"]["state"] == "PENDING"
    assert event["job"]["reason"] == "PartitionDown"
    assert "the partition is down" in event["message"]
    assert "another partition" in event["next_step"]
    assert set(event) == {"progress", "message", "next_step", "job"}  # no html_message: nothing here is HTML
    start.cancel()
