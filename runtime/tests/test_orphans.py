"""Jobs that belong to no server."""

import logging
from typing import Any

import pytest
from conftest import Cluster
from fake_cluster import FakeJob
from hubs import Hubs, ready, started

from jupyterhub_hpc.errors import ClusterError
from jupyterhub_hpc.metrics import CANCELLATIONS_PENDING
from jupyterhub_hpc.orphans import Orphans
from jupyterhub_hpc.schedulers.slurm_spawner import ClusterSlurmSpawner


@pytest.fixture
def hubs(cluster: Cluster) -> Hubs:
    return Hubs(cluster)


def orphans(hubs: Hubs, grace: float = 0) -> Orphans:
    return Orphans(hubs.users, grace, logging.getLogger())


def job(user: str, mark: str) -> FakeJob:
    return FakeJob(user, f"#SBATCH --comment={mark}\n", {}, state="RUNNING", host="node1")


def state(hubs: Hubs) -> dict[str, str]:
    return {job_id: job.state for job_id, job in hubs.cluster.slurm.jobs.items()}


async def test_a_job_stopped_while_the_cluster_is_away_is_cancelled_later_by_any_hub(hubs: Hubs) -> None:
    spawner, stopped, _ = await started(hubs)
    hubs.cluster.slurm.broken = "scancel: error: Unable to contact slurm controller"
    await spawner.stop()
    spawner.clear_state()
    spawner._save()
    hubs.spawner()  # the hub is restarted, and knows of no server
    await orphans(hubs).look()
    assert stopped.state == "RUNNING"
    hubs.cluster.slurm.broken = ""
    hubs.spawner()
    await orphans(hubs).look()
    assert stopped.state == "CANCELLED"


async def test_jobs_of_servers_and_jobs_of_others_are_left_alone(hubs: Hubs) -> None:
    spawner, _, _ = await started(hubs)
    mark = spawner.hub_mark
    hubs.cluster.slurm.jobs |= {
        "1": job("alice", "deadbeefdeadbeef"),  # another hub's
        "2": job("alice", "(null)"),  # a job that she gave this name
        "3": job("bob", f"{mark}00000000"),  # of somebody whom this hub does not know: its database is new
        "4": job("alice", f"{mark}00000000; x"),
        "5": job("alice", f"{mark}00000000"),
    }
    spawner._queue.interval = 0
    await orphans(hubs).look()
    assert state(hubs) == {"1000": "RUNNING", **dict.fromkeys("1234", "RUNNING"), "5": "CANCELLED"}
    assert spawner.spawn_id.startswith(mark)


async def test_a_submission_under_way_is_left_alone(hubs: Hubs) -> None:
    spawner = ready(hubs.spawner())
    spawner.spawn_id = spawner.new_mark()
    hubs.cluster.slurm.jobs["1"] = job("alice", spawner.spawn_id)
    await orphans(hubs).look()
    assert state(hubs) == {"1": "RUNNING"}
    spawner.job_id = "2"  # and the answer names another: the submission was made twice
    await orphans(hubs).look()
    assert state(hubs) == {"1": "CANCELLED"}


async def test_not_before_its_time(hubs: Hubs) -> None:
    spawner = hubs.spawner()
    hubs.cluster.slurm.jobs["1"] = job("alice", f"{spawner.hub_mark}00000000")
    patient = orphans(hubs, grace=3600)
    await patient.look()
    assert state(hubs) == {"1": "RUNNING"}
    patient._grace = 0
    await patient.look()
    assert state(hubs) == {"1": "CANCELLED"}


async def test_one_user_who_is_refused_keeps_nobody_elses_job_alive(
    hubs: Hubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = hubs.spawner("alice").hub_mark
    hubs.spawner("bob")
    hubs.cluster.slurm.jobs |= {"1": job("alice", f"{mark}00000000"), "2": job("bob", f"{mark}00000000")}
    cancel = ClusterSlurmSpawner._cancel

    async def refused(spawner: Any, username: str, job_id: str) -> None:
        if username == "alice":
            raise ClusterError("alice is not in the permitted group")
        await cancel(spawner, username, job_id)

    monkeypatch.setattr(ClusterSlurmSpawner, "_cancel", refused)
    await orphans(hubs).look()
    assert state(hubs) == {"1": "RUNNING", "2": "CANCELLED"}
    assert CANCELLATIONS_PENDING._value.get() == 1
