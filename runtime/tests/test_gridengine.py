"""What Grid Engine 8.1.9 prints, and what the hub makes of it."""

import math
import time
from typing import Any

import pytest

from jupyterhub_hpc.errors import ClusterError, OptionRefused
from jupyterhub_hpc.form import render_form
from jupyterhub_hpc.job_queue import Look
from jupyterhub_hpc.schedulers import gridengine
from jupyterhub_hpc.schedulers.gridengine_form import form_fields
from jupyterhub_hpc.schedulers.gridengine_limits import QueueLimits, narrowed, parse_limits
from jupyterhub_hpc.schedulers.gridengine_options import validate_options
from jupyterhub_hpc.schedulers.gridengine_spawner import GridEngineQueue, GridEngineSpawner
from jupyterhub_hpc.schedulers.job import Job, Phase
from jupyterhub_hpc.schedulers.job_exit import JobExit

JOB = """    <job_list state="{phase}">
      <JB_job_number>{number}</JB_job_number>
      <JAT_prio>0.55500</JAT_prio>
      <JB_name>{name}</JB_name>
      <JB_owner>{owner}</JB_owner>
      <state>{state}</state>
      <JB_submission_time>2026-11-21T12:00:00</JB_submission_time>
      <queue_name>{queue}</queue_name>
      <slots>2</slots>
    </job_list>
"""
MARK = "89f90000aaaabbbb"


def listing(*jobs: tuple[int, str, str, str, str]) -> str:
    rows = [
        JOB.format(
            number=number, name=name, owner=owner, state=state, queue=queue, phase="running" if queue else "pending"
        )
        for number, name, owner, state, queue in jobs
    ]
    return (
        "<?xml version='1.0'?>\n<job_info  xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n  <queue_info>\n"
        f"{''.join(rows)}  </queue_info>\n  <job_info>\n  </job_info>\n</job_info>\n"
    )


def test_the_queue_shows_this_hubs_servers() -> None:
    printed = listing(
        (7, f"jupyterhub-{MARK}", "alice", "r", "all.q@exec1"),
        (8, f"jupyterhub-{MARK[::-1]}", "bob", "qw", ""),
        (9, f"jupyterhub-dev-{MARK}", "bob", "r", "all.q@exec2"),
        (10, "thesis", "carol", "r", "all.q@exec2"),
        (11, "a\x01&lt;job_list state=&quot;running&quot;&gt;", "carol", "r", "all.q@exec2"),
    )
    jobs = gridengine.parse_queue_of(printed, "jupyterhub")
    assert [(job.job_id, job.user, job.phase, job.host) for job in jobs.values()] == [
        ("7", "alice", Phase.RUNNING, "exec1"),
        ("8", "bob", Phase.PENDING, ""),
    ]
    assert gridengine.parse_found(printed, MARK) == "7"
    assert gridengine.parse_found(printed, "") == ""


@pytest.mark.parametrize(
    "printed", ["", "error: commlib error", "<?xml version='1.0'?>\n<job_info >\n  <queue_info>\n"]
)
def test_half_an_answer_is_none(printed: str) -> None:
    with pytest.raises(ValueError):
        gridengine.parse_queue(printed)


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        *(("qw", Phase.PENDING), ("hqw", Phase.PENDING), ("Eqw", Phase.PENDING), ("hRwq", Phase.PENDING)),
        *(("r", Phase.RUNNING), ("t", Phase.RUNNING), ("Rr", Phase.RUNNING), ("S", Phase.RUNNING)),
        *(("dr", Phase.ENDED), ("dT", Phase.ENDED), ("", Phase.UNKNOWN), ("w", Phase.UNKNOWN), ("?!", Phase.UNKNOWN)),
    ],
)
def test_phases(state: str, phase: Phase) -> None:
    assert gridengine.phase_of(state) == phase


@pytest.mark.parametrize(("printed", "job_id"), [("12\n", "12"), ("a notice\n13\n", "13")])
def test_job_id_of_a_submission(printed: str, job_id: str) -> None:
    assert gridengine.parse_submitted(printed) == job_id


def test_no_job_id_is_an_error() -> None:
    with pytest.raises(ValueError, match="qsub printed no job id"):
        gridengine.parse_submitted("Unable to run job")


def waiting(state: str, reason: str = "") -> str:
    return str(gridengine.waiting(Job("7", "alice", gridengine.phase_of(state), state, reason, "", "")))


def test_a_state_in_words() -> None:
    assert waiting("qw") == "Job 7 waits in the queue (qw): it waits for what it asks for to become free."
    assert waiting("hqw").startswith("Job 7 waits in the queue (hqw): it is held. Next: `qrls`")
    said = waiting("Eqw", "exec1: can't get password entry for user")
    assert said.startswith("Job 7 is in error (Eqw): Grid Engine could not start it")
    assert "by itself: exec1: can't get password entry for user. Next: Cancel it" in said


def test_the_reason_of_an_error() -> None:
    printed = (
        "job_number:                 7\n"
        "error reason    1:          11/21/2026 12:00:01 [2001:4711]: error: can't chdir to /home/alice: No such file\n"
        "scheduling info:            Collecting of scheduler job information is turned off\n"
    )
    assert gridengine.parse_reason(printed) == "error: can't chdir to /home/alice: No such file"
    assert gridengine.parse_reason("job_number: 7\n") == ""


def record(failed: str, status: str, wall: int = 5) -> JobExit:
    return gridengine.parse_exit(
        f"{'=' * 62}\nqname        all.q\nfailed       0\nexit_status  0\n{'=' * 62}\nqname        all.q\n"
        f"jobnumber    7\nfailed       {failed}    \nexit_status  {status}\nru_wallclock {wall}s\n"
        "category     -u alice -l h_rt=3600,rmem=500M -pe openmp 2\n"
    )


@pytest.mark.parametrize(
    ("failed", "status", "wall", "words"),
    [
        ("0", "0", 5, "it ended by itself"),
        ("0", "1", 5, "its server failed (exit code 1)"),
        ("0", "82", 5, "the home directory is full"),
        ("0", "86", 5, "what the hub hands over to it was not in the home directory"),
        ("100 : assumedly after job", "137", 5, "it was killed (signal 9, SIGKILL): cancelled with qdel"),
        ("100 : assumedly after job", "137", 3601, "it reached its time limit of 1:00:00"),
        ("37  : qmaster enforced h_rt limit", "137", 5, "Grid Engine ended it for its run time, or its memory"),
        ("19  : before writing exit_status", "0", 5, "its node stopped"),
    ],
)
def test_why_a_job_ended(failed: str, status: str, wall: int, words: str) -> None:
    job = Job("7", "alice", Phase.RUNNING, "r", "", "exec1", "")
    said = str(gridengine.ending("7", job, record(failed, status, wall)))
    assert said.startswith("Job 7 ended on exec1: ")
    assert words in said


def test_a_hub_that_never_saw_the_job_run_tells_its_node_from_the_record() -> None:
    failed = "19  : before writing exit_status"
    printed = f"{'=' * 62}\nhostname     exec2               \nfailed       {failed}\nexit_status  0\n"
    said = str(gridengine.ending("7", None, gridengine.parse_exit(printed)))
    assert said.startswith("Job 7 ended on exec2: its node stopped before it was done")


def test_an_ending_without_a_record() -> None:
    with pytest.raises(ValueError, match="no record"):
        gridengine.parse_exit("error: job id 7 not found\n")
    assert "no longer known" in str(gridengine.ending("7", None, JobExit()))


@pytest.mark.parametrize(
    ("stderr", "words"),
    [
        ('Unable to run job: denied: host "hub" is not a submit host.\nExiting.\n', "not registered for that"),
        ("error: commlib error: got select error (Connection refused)\n", "master does not answer"),
        ('Unable to run job: job rejected: no access to project "x" for user "alice".\n', "may not use this project"),
        ('Unable to run job: unknown resource "foo".\nExiting.\n', "does not know a resource"),
        ("Unable to run job: something new.\nExiting.\n", "Grid Engine refused the job (something new)."),
    ],
)
def test_refusals(stderr: str, words: str) -> None:
    refusal = gridengine.refusal(stderr)
    assert refusal is not None
    assert words in str(refusal)


def test_other_words_are_not_grid_engines() -> None:
    assert gridengine.refusal("jupyterhub-hpc: alice has no account here.\n") is None
    assert gridengine.may_have_submitted("jupyterhub-hpc: qsub timed out: no answer within 20 s.\n")
    assert gridengine.already_gone("Following jobs do not exist: \n77\n")


QUEUE: dict[str, Any] = {"description": "", "max_cores": 4, "max_memory_mb": 4000, "max_gpus": 0, "max_runtime": 14400}
OFFER: dict[str, Any] = {
    "queues": {"any": {"title": "Any <b>", **QUEUE}, "cstest.q": {"title": "Test", **QUEUE, "max_cores": 8}},
    "memory": {"per": "core"},
    "projects": {},
    "resources": {"ib": {"title": "Network", "description": "", "choices": [["any", "any"], ["1", "IB"]], "most": 0}},
    "environments": {"lab": {"description": "Lab", "path": "/apps/lab/bin", "modules": ""}},
    "default_runtime": "1:00:00",
}


def test_the_form_shows_what_is_offered_and_what_was_chosen() -> None:
    page = render_form(form_fields(OFFER), {"queue": "cstest.q", "cores": "99", "memory": '"><script>', "ib": "1"})
    assert '<option value="cstest.q" selected>Test</option>' in page
    assert '<option value="1" selected>IB</option>' in page
    assert 'name="cores" value="1"' in page  # what is not offered any more is not taken up
    assert "Any &lt;b&gt;" in page
    assert "<script" not in page
    assert "gpus" not in page and "project" not in page
    for name in ("queue", "cores", "memory", "runtime", "ib"):
        assert f'<label class="form-label" for="option-{name}">' in page
        assert f'id="option-{name}" name="{name}"' in page


INSTANCE = """    <Queue-List>
      <name>{name}</name>
      <qtype>BIP</qtype>
      <slots_used>0</slots_used>
      <slots_total>{slots}</slots_total>
      <resource name="h_rt" type="qf">{time}</resource>
    </Queue-List>
"""


def queues(*instances: tuple[str, int, str]) -> str:
    """What `qstat -F h_rt -xml` of 8.1.9 prints."""
    rows = "".join(INSTANCE.format(name=name, slots=slots, time=time) for name, slots, time in instances)
    return f"<?xml version='1.0'?>\n<job_info >\n  <queue_info>\n{rows}  </queue_info>\n</job_info>\n"


def test_what_a_queue_gives_is_that_of_its_widest_host() -> None:
    said = queues(("all.q@exec1", 4, "96:00:00"), ("all.q@exec2", 16, "04:00:00"), ("gpu.q@exec3", 2, "infinity"))
    assert parse_limits(said) == {"all.q": QueueLimits(16, 345_600), "gpu.q": QueueLimits(2, math.inf)}
    assert parse_limits("error: commlib error") == {}


def test_no_more_is_offered_than_the_queues_give() -> None:
    offer = {
        **OFFER,
        "queues": {
            name: {**QUEUE, "title": name, "max_cores": 8, "max_runtime": 7200} for name in ("any", "short.q", "no.q")
        },
    }
    known = parse_limits(queues(("short.q@exec1", 2, "00:30:00"), ("long.q@exec1", 64, "infinity")))
    offered = narrowed(offer, known)
    assert {name: (one["max_cores"], one["max_runtime"]) for name, one in offered["queues"].items()} == {
        "any": (8, 7200),
        "short.q": (2, 1800),
    }
    with pytest.raises(OptionRefused, match=r"cores is 3; queue short\.q offers 1 to 2"):
        validate_options({"queue": "short.q", "cores": 3, "runtime": "0:30:00"}, offered)
    alone = {**offer, "queues": {"short.q": offer["queues"]["short.q"]}}
    assert validate_options({}, narrowed(alone, known)).runtime == "00:30:00"  # less than the stack's default


def test_an_offer_stays_where_grid_engine_said_nothing_or_knows_none_of_its_queues() -> None:
    assert narrowed(OFFER, {}) == OFFER
    elsewhere = {**OFFER, "queues": {"cstest.q": OFFER["queues"]["cstest.q"]}}
    assert narrowed(elsewhere, {"other.q": QueueLimits(1, 60)}) == elsewhere


async def test_there_is_no_form_to_fill_in_while_grid_engine_does_not_answer() -> None:
    GridEngineQueue.clear_instance()
    queue = GridEngineQueue.instance()
    spawner = GridEngineSpawner(offer=OFFER)
    queue._last = Look(began=0, problem="error: unable to contact qmaster.")
    with pytest.raises(ClusterError, match=r"Grid Engine cannot be asked.*unable to contact qmaster"):
        await spawner.get_options_form()
    queue._last = Look(began=time.monotonic())
    assert 'name="queue"' in await spawner.get_options_form()
    GridEngineQueue.clear_instance()
