"""What Slurm says, in words: each table's lines as Slurm prints them."""

import pytest

from jupyterhub_hpc.schedulers import slurm
from jupyterhub_hpc.schedulers.job import Job, Phase
from jupyterhub_hpc.schedulers.job_exit import CODES, JobExit

REFUSED = "sbatch: error: Batch job submission failed: "
SCONTROL = (
    "JobId=14 JobName=jupyterhub UserId=alice(2001) JobState=FAILED Reason=RaisedSignal:9(Killed) ExitCode=0:9 "
    "TimeLimit=01:00:00 TimeMin=N/A ReqTRES=cpu=1,mem=200M,node=1,billing=1 AllocTRES=cpu=1,mem=250M,node=1"
)


def job(state: str, reason: str = "", host: str = "node1") -> Job:
    return Job("7", "alice", Phase.ENDED, state, reason, host, "")


@pytest.mark.parametrize(
    ("printed", "meaning", "next_step"),
    [
        (REFUSED + "Requested time limit is invalid (missing or exceeds some limit)", "more time", "shorter"),
        (REFUSED + "User's group not permitted to use this partition", "your group", "another partition"),
        (REFUSED + "Required partition not available (inactive or drain)", "takes no jobs", "another partition"),
        (REFUSED + "Memory required by task is not available", "more memory than the partition", "less"),
        (REFUSED + "Invalid account or account/partition combination specified", "your account", "sacctmgr"),
        (
            REFUSED + "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
            "over a limit of your account",
            "End a job",
        ),
        (
            "sbatch: error: Memory specification can not be satisfied\n"
            + REFUSED
            + "Requested node configuration is not available",
            "more memory than any node",
            "less",
        ),
        (REFUSED + "Unable to contact slurm controller (connect failure)", "does not answer", "few minutes"),
        ("sbatch: error: You have no core hours left.\n" + REFUSED + "Unspecified error", "refused", "people who run"),
    ],
)
def test_a_refusal_has_a_meaning_slurms_words_and_a_next_step(printed: str, meaning: str, next_step: str) -> None:
    explanation = slurm.refusal(printed)
    assert explanation is not None
    assert meaning in explanation.what
    assert next_step in explanation.next_step
    assert printed.splitlines()[0].removeprefix("sbatch: error: ") in explanation.said
    assert "sbatch" not in explanation.said


@pytest.mark.parametrize(
    "printed", ["", "The partition is not among the configured ones.", "alice has asked too often."]
)
def test_what_sbatch_did_not_say_is_not_put_into_slurms_mouth(printed: str) -> None:
    assert slurm.refusal(printed) is None


@pytest.mark.parametrize(
    ("state", "reason", "ended", "meaning"),
    [
        ("TIMEOUT", "TimeLimit", JobExit(0, 15, "200M", "00:01:00"), "its time limit of 00:01:00"),
        ("COMPLETING", "TimeLimit", JobExit(0, 15, "200M", "00:01:00"), "its time limit of 00:01:00"),
        ("OUT_OF_MEMORY", "OutOfMemory", JobExit(0, 125, "200M"), "more memory than it asked for: 200M"),
        ("FAILED", "RaisedSignal:9(Killed)", JobExit(0, 9, "200M"), "most often for using more memory"),
        ("FAILED", "NonZeroExitCode", JobExit(1), "its server failed"),
        ("NODE_FAIL", "NodeDown", JobExit(), "its node failed"),
        ("CANCELLED", "None", JobExit(0, 15), "it was cancelled"),
        ("PREEMPTED", "None", JobExit(0, 15), "higher priority"),
        ("COMPLETED", "None", JobExit(), "by itself"),
        *(("FAILED", "NonZeroExitCode", JobExit(code), words) for code, (words, _) in CODES.items()),
    ],
)
def test_an_ending_has_a_meaning_slurms_words_and_a_next_step(
    state: str, reason: str, ended: JobExit, meaning: str
) -> None:
    explanation = slurm.ending("7", job(state, reason), ended)
    assert explanation.what.startswith("Job 7 ended on node1: ")
    assert meaning in explanation.what
    assert state in explanation.said
    assert explanation.next_step.endswith(".")


def test_an_ending_of_a_new_kind_is_shown_in_slurms_words() -> None:
    explanation = slurm.ending("7", job("SOMETHING_NEW", "Because"), JobExit(3))
    assert explanation.sentence == "Job 7 ended on node1 (SOMETHING_NEW, Because, exit code 3)."


@pytest.mark.parametrize(
    ("reason", "meaning"),
    [
        ("Resources", "nodes to become free"),
        ("(Priority)", "higher priority"),
        ("PartitionDown", "the partition is down"),
        ("ReqNodeNotAvail, UnavailableNodes:node[1-2]", "not available"),
        ("Nodes_required_for_job_are_DOWN,_DRAINED_or_reserved_for_jobs_in_higher_priority_partitions", "are down"),
        ("QOSMaxGRESPerUser", "quality of service"),
        ("AssocGrpMemLimit", "your account together"),
        ("", "not looked at it yet"),
    ],
)
def test_a_reason_has_a_meaning_and_slurms_words(reason: str, meaning: str) -> None:
    explanation = slurm.waiting(Job("7", "alice", Phase.PENDING, "PENDING", reason, "", ""))
    assert meaning in explanation.what
    assert bool(explanation.said) == bool(reason)


def test_every_next_step_is_a_sentence() -> None:
    from jupyterhub_hpc.schedulers import slurm_words

    steps = [step for _, _, step in slurm_words._REFUSALS + slurm_words._FAMILIES]
    steps += [step for _, step in [*slurm_words._REASONS.values(), *slurm_words._ENDINGS.values(), *CODES.values()]]
    assert [step for step in steps if step and not (step.endswith(".") and (step[0] == "`" or step[0].isupper()))] == []


def test_what_slurm_recorded() -> None:
    assert slurm.parse_exit(SCONTROL) == JobExit(0, 9, "200M", "01:00:00")
    assert slurm.parse_exit("slurm_load_jobs error: Invalid job id specified") == JobExit()


def test_words_from_elsewhere_stay_on_one_line() -> None:
    explanation = slurm.refusal("sbatch: error: no\n[I 2026-11-21 forged line]\x1b[31m\r\n" + "x" * 5000)
    assert explanation is not None
    assert explanation.said.isprintable()
    assert len(explanation.said) < 1100
