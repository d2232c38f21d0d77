"""The spawner against login nodes on loopback, with JupyterHub's own classes around it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from certificate_requests import new_key, request
from conftest import Cluster
from fake_cluster import FakeJob, until
from hubs import Hubs, announce, listening, ready, started

from jupyterhub_hpc.errors import ClusterError, JobEnded, JobRefused, OptionRefused
from jupyterhub_hpc.login_nodes import LoginNodes
from jupyterhub_hpc.port_api import token_digest
from jupyterhub_hpc.server_address import KnownAlready, NodeUnknown


@pytest.fixture
def hubs(cluster: Cluster) -> Hubs:
    return Hubs(cluster)


async def test_start_poll_stop(hubs: Hubs) -> None:
    spawner, job, _ = await started(hubs)
    assert job.user == "alice"
    assert job.environment["JUPYTERHUB_API_TOKEN"] == "a-token"
    assert "a-token" not in job.script
    assert await spawner.poll() is None
    await spawner.stop()
    assert job.state == "CANCELLED"


@pytest.mark.parametrize("words", ["slurm_load_jobs error: Unable to contact slurm controller", "Invalid job id", "x"])
async def test_a_scheduler_that_fails_ends_nothing(hubs: Hubs, words: str) -> None:
    spawner, _, _ = await started(hubs)
    hubs.cluster.slurm.broken = words
    for _ in range(4):
        await asyncio.sleep(0.06)
        assert await spawner.poll() is None
    assert spawner.job_id


async def test_login_nodes_that_are_gone_end_nothing(hubs: Hubs) -> None:
    spawner, _, _ = await started(hubs)
    await hubs.cluster.login1.stop()
    await hubs.cluster.login2.stop()
    for _ in range(3):
        await asyncio.sleep(0.06)
        assert await spawner.poll() is None


async def test_a_job_that_ended_has_ended(hubs: Hubs) -> None:
    spawner, job, _ = await started(hubs)
    job.state = "TIMEOUT"
    await asyncio.sleep(0.06)
    assert await spawner.poll() == 1


async def test_a_job_slurm_forgot_has_ended_when_two_looks_missed_it(hubs: Hubs) -> None:
    spawner, _, _ = await started(hubs)
    hubs.cluster.slurm.jobs.clear()
    await asyncio.sleep(0.06)
    assert await spawner.poll() is None
    await asyncio.sleep(0.06)
    assert await spawner.poll() == 1


async def test_a_job_that_dies_before_it_tells_its_port(hubs: Hubs) -> None:
    """batchspawner's #253 and #254: it waited for the port for ever."""

    def die(_: str, job: FakeJob) -> None:
        job.state, job.host, job.exit_code = "FAILED", "node1", 84

    hubs.cluster.slurm.on_submit = die
    with pytest.raises(JobEnded, match=r"environment is missing.*server-1000\.log"):
        await asyncio.wait_for(ready(hubs.spawner()).start(), 5)


async def test_a_job_that_dies_after_it_told_its_port(hubs: Hubs) -> None:
    spawner = ready(hubs.spawner())

    async def announce_and_die(job: FakeJob) -> None:
        await announce(spawner, 1025)
        job.state = "OUT_OF_MEMORY"

    def die(_: str, job: FakeJob) -> None:
        job.state, job.host = "RUNNING", "127.0.0.1"
        dying.append(asyncio.create_task(announce_and_die(job)))

    dying: list[asyncio.Task[None]] = []
    hubs.cluster.slurm.on_submit = die
    with pytest.raises(JobEnded, match="more memory"):
        await asyncio.wait_for(spawner.start(), 5)


async def test_a_refusal_keeps_slurms_words(hubs: Hubs) -> None:
    hubs.cluster.slurm.refuse = "sbatch: error: Batch job submission failed: Invalid account"
    with pytest.raises(JobRefused, match=r"Slurm refused the job.*Invalid account.*Next: "):
        await ready(hubs.spawner()).start()


@pytest.mark.parametrize("name", ["root", "Alice", "a;id", "-x", "slurm"])
async def test_a_name_in_the_database_that_is_no_users_runs_nothing(hubs: Hubs, name: str) -> None:
    with pytest.raises(ClusterError):
        await ready(hubs.spawner(name)).start()
    assert hubs.cluster.slurm.calls == []


@pytest.mark.parametrize("options", [{"partition": "other"}, {"options": "--uid=0"}, {"prologue_": "id"}])
async def test_options_that_passed_no_form_are_checked(hubs: Hubs, options: Any) -> None:
    spawner = ready(hubs.spawner())
    spawner.user_options = options
    with pytest.raises(OptionRefused):
        await spawner.start()
    assert hubs.cluster.slurm.calls == []


async def test_a_prologue_in_the_options_does_not_reach_the_script(hubs: Hubs) -> None:
    spawner, _, _ = await started(hubs)
    spawner.user_options = {"prologue": "touch /tmp/pwned", "gres": "x"}
    await spawner.stop()
    await spawner.start()
    assert "pwned" not in hubs.cluster.slurm.jobs[spawner.job_id].script


async def test_a_submission_whose_answer_was_lost_is_found_by_its_mark(hubs: Hubs) -> None:
    spawner = ready(hubs.spawner())
    server, port = await listening()
    announced = []

    def run(_: str, job: FakeJob) -> None:
        job.state, job.host = "RUNNING", "127.0.0.1"
        hubs.cluster.login1.drop = True
        announced.append(asyncio.create_task(announce(spawner, port)))

    hubs.cluster.slurm.on_submit = run
    await spawner.start()
    assert list(hubs.cluster.slurm.jobs) == [spawner.job_id]
    server.close()


async def test_hub_restarted_between_submission_and_answer(hubs: Hubs) -> None:
    first = ready(hubs.spawner())
    hang = asyncio.Event()
    hubs.cluster.login1.hang, hubs.cluster.login1.hang_on = hang.wait(), "submit"
    start = asyncio.create_task(first.start())
    await until(lambda: hubs.cluster.slurm.jobs)
    start.cancel()
    hubs.cluster.login1.hang = None
    LoginNodes.instance(config=hubs.cluster.config).close()

    second = hubs.spawner()
    second.load_state(second.orm_spawner.state)
    assert second.job_id == ""
    assert await second.poll() is None
    assert second.job_id == "1000"
    hang.set()


async def test_port_and_key_are_told_once(hubs: Hubs) -> None:
    spawner = ready(hubs.spawner())
    server, port = await listening()
    key = new_key()
    start = asyncio.create_task(spawner.start())
    await until(lambda: spawner.job_id)
    job = hubs.cluster.slurm.jobs[spawner.job_id]
    with pytest.raises(NodeUnknown):
        await spawner.announce(port, request(key))  # it still waits in the queue
    assert not spawner.port
    job.state, job.host = "RUNNING", "127.0.0.1"
    await announce(spawner, port, request(key))
    await start
    assert "BEGIN CERTIFICATE" in await announce(spawner, port, request(key))  # the first answer was lost
    for other_port, other_key in ((port, new_key()), (port + 1, key), (port + 1, new_key())):
        with pytest.raises(KnownAlready):
            await announce(spawner, other_port, request(other_key))

    second = hubs.spawner()  # a hub started anew knows the key as well
    second.load_state(second.orm_spawner.state)
    assert await announce(second, port, request(key))
    with pytest.raises(KnownAlready):
        await announce(second, port, request())
    server.close()


async def test_two_keys_at_once_are_not_both_certified(hubs: Hubs) -> None:
    spawner = ready(hubs.spawner())
    start = asyncio.create_task(spawner.start())
    await until(lambda: spawner.job_id)
    job = hubs.cluster.slurm.jobs[spawner.job_id]
    job.state, job.host = "RUNNING", "127.0.0.1"
    both = await asyncio.gather(*(announce(spawner, 40000, request()) for _ in range(2)), return_exceptions=True)
    assert {type(answer) for answer in both} == {str, KnownAlready}
    start.cancel()


async def test_shell_commands_are_not_run(hubs: Hubs) -> None:
    with pytest.raises(NotImplementedError):
        await hubs.spawner().run_command("id")


async def test_pages_show_why_it_waits(hubs: Hubs) -> None:
    spawner = ready(hubs.spawner())
    start = asyncio.create_task(spawner.start())
    await until(lambda: spawner._job)
    event = await anext(aiter(spawner.progress()))
    assert "waits for nodes to become free" in event["message"]
    start.cancel()


def test_launcher_is_what_the_script_ends_with() -> None:
    launcher = (Path(__file__).parent.parent / "jupyterhub_hpc" / "launcher.py").read_text()
    assert "JUPYTERHUB_HPC_LAUNCHER" not in launcher  # the heredoc's end


async def test_a_submission_nobody_could_look_for_is_not_gone(hubs: Hubs) -> None:
    """The hub was killed before the answer, and the cluster is away when the next one asks."""
    first = ready(hubs.spawner())
    first.token_digest, first.spawn_id = token_digest("a-token"), "89f9"
    first._save()
    hubs.cluster.slurm.broken = "slurm_load_jobs error: Unable to contact slurm controller"
    second = hubs.spawner()
    second.load_state(second.orm_spawner.state)
    for _ in range(3):
        assert await second.poll() is None
    hubs.cluster.slurm.broken = ""
    hubs.cluster.slurm.jobs["1000"] = FakeJob("mallory", "#SBATCH --comment=89f9\n", {})
    hubs.cluster.slurm.jobs["1001"] = FakeJob("alice", "#SBATCH --comment=89f9\n", {})
    assert await second.poll() is None
    assert second.job_id == "1001"


async def test_a_submission_that_left_no_job_is_gone_and_stops_no_hub(hubs: Hubs) -> None:
    spawner = ready(hubs.spawner())
    spawner.spawn_id = "89f9"
    assert await spawner.poll() is None
    assert await spawner.poll() == 1


async def test_a_controller_too_busy_to_answer_may_have_taken_the_job(hubs: Hubs) -> None:
    spawner = ready(hubs.spawner())
    hubs.cluster.slurm.refuse = "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation"
    hubs.cluster.slurm.refuse_late = True
    start = asyncio.create_task(spawner.start())
    await until(lambda: spawner.job_id)
    assert list(hubs.cluster.slurm.jobs) == [spawner.job_id]
    start.cancel()


async def test_a_start_given_up_before_the_answer_is_cancelled(hubs: Hubs) -> None:
    spawner = ready(hubs.spawner())
    hang = asyncio.Event()
    hubs.cluster.login1.hang, hubs.cluster.login1.hang_on = hang.wait(), "submit"
    start = asyncio.create_task(spawner.start())
    await until(lambda: hubs.cluster.slurm.jobs)
    start.cancel()
    hubs.cluster.login1.hang = None
    assert not spawner.job_id
    await spawner.stop()
    assert hubs.cluster.slurm.jobs["1000"].state == "CANCELLED"
    hang.set()


async def test_partitions_that_are_not_offered_do_not_break_the_form(hubs: Hubs) -> None:
    hubs.cluster.slurm.partitions = "down 0/0/0/0 n/a 0/0/0/0\n" + hubs.cluster.slurm.partitions
    assert list(await hubs.spawner()._get_partitions_info()) == ["short"]


async def test_a_scheduler_that_hides_jobs_ends_nothing(hubs: Hubs) -> None:
    """PrivateData=jobs: squeue gives no error, and shows nothing."""
    spawner, _, _ = await started(hubs)
    hubs.cluster.slurm.private = "accounts,jobs"
    for _ in range(4):
        await asyncio.sleep(0.06)
        assert await spawner.poll() is None
    assert spawner.job_id


async def test_a_start_that_cannot_be_followed_says_why(hubs: Hubs) -> None:
    hubs.cluster.slurm.private = "jobs"
    with pytest.raises(ClusterError, match="PrivateData=jobs"):
        await asyncio.wait_for(ready(hubs.spawner()).start(), 5)


@pytest.mark.parametrize(
    ("down", "words"),
    [("login nodes", r"No login node.* login1 .* login2 "), ("Slurm", r"login1, queue: .*Unable to contact")],
)
async def test_a_start_fails_at_once_and_names_what_is_down(hubs: Hubs, down: str, words: str) -> None:
    spawner = ready(hubs.spawner())
    hubs.cluster.slurm.broken = "slurm_load_jobs error: Unable to contact slurm controller"
    if down == "login nodes":
        await hubs.cluster.login1.stop()
        await hubs.cluster.login2.stop()
    with pytest.raises(ClusterError, match=f"{words}.*Running servers are not affected"):
        await spawner.start()
    calls = hubs.cluster.slurm.count("submit")
    assert calls == 0
    queue = spawner._queue
    hubs.cluster.slurm.broken = ""
    for node in (hubs.cluster.login1, hubs.cluster.login2):
        if down == "login nodes":
            await node.start()
    await until(lambda: not queue.problem)  # without anybody asking


async def test_an_error_of_ours_ends_nothing(hubs: Hubs, monkeypatch: pytest.MonkeyPatch) -> None:
    spawner, _, _ = await started(hubs)

    async def broken(*_: object) -> None:
        raise ValueError("no such thing")

    monkeypatch.setattr(spawner, "_status", broken)
    assert await spawner.poll() is None


async def test_a_hub_that_could_not_clean_up_after_a_server_tries_again(hubs: Hubs) -> None:
    """JupyterHub forgets whom to tell: the proxy was down, and the server stayed on its pages for ever."""
    spawner, job, _ = await started(hubs)
    told = []

    async def clean_up() -> None:
        told.append(len(told))
        if len(told) == 1:
            raise OSError("the proxy is down")
        spawner.server = None

    spawner.poll_interval = 0
    spawner.add_poll_callback(clean_up)
    job.state = "TIMEOUT"
    await asyncio.sleep(0.06)
    for expected in (1, 2, 2):
        await spawner.poll_and_notify()
        assert len(told) == expected
