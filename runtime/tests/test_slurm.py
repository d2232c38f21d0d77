import pytest

from jupyterhub_hpc.schedulers import slurm
from jupyterhub_hpc.schedulers.job import Phase


def test_commands_are_vectors_with_nothing_from_the_user_but_a_name_and_a_number() -> None:
    assert slurm.submit_command("/usr/bin", "alice") == ["sudo", "-n", "-u", "alice", "/usr/bin/sbatch", "--parsable"]
    assert slurm.cancel_command("/usr/bin", "alice", "12") == ["sudo", "-n", "-u", "alice", "/usr/bin/scancel", "12"]


@pytest.mark.parametrize("job_id", ["", "-u root", "12 13", "1;id", "12_3", "1" * 13, "--all"])
def test_what_is_no_job_id_is_refused(job_id: str) -> None:
    with pytest.raises(ValueError):
        slurm.cancel_command("/usr/bin", "alice", job_id)


@pytest.mark.parametrize(
    ("printed", "job_id"), [("123\n", "123"), ("124;box\n", "124"), ("sbatch: a site's notice\n125;box\n", "125")]
)
def test_job_id_of_a_submission(printed: str, job_id: str) -> None:
    assert slurm.parse_submitted(printed) == job_id


@pytest.mark.parametrize("printed", ["", "\n", "error", "12 34"])
def test_no_job_id_is_an_error(printed: str) -> None:
    with pytest.raises(ValueError):
        slurm.parse_submitted(printed)


def test_queue() -> None:
    jobs = slurm.parse_queue(
        "7|alice|RUNNING|node1|2026-11-21T02:00:00|None\n"
        "8|bob|PENDING|n/a|N/A|(Resources)\n"
        "9|bob|OUT_OF_MEMORY|node2|2026-11-21T02:00:00|OutOfMemory\n"
        "10|bob|SOMETHING_NEW|node2|N/A|a|b\n"
    )
    assert [(job.phase, job.host) for job in jobs.values()] == [
        (Phase.RUNNING, "node1"),
        (Phase.PENDING, ""),
        (Phase.ENDED, "node2"),
        (Phase.UNKNOWN, "node2"),
    ]
    assert jobs["10"].reason == "a|b"


def test_the_queue_is_asked_for_nothing_that_a_user_can_write() -> None:
    """A comment or a name with a line break would be a line of its own: somebody else's job, ended or elsewhere."""
    fields = slurm.queue_command("/usr/bin", "jupyterhub")[-1].removeprefix("--format=").split("|")
    assert set(fields) == {"%i", "%u", "%T", "%B", "%S", "%r"}


def test_a_job_is_found_by_its_mark() -> None:
    assert "--user=alice" in slurm.find_command("/usr/bin", "jupyterhub", "alice")
    assert slurm.parse_found("7|77aa\n8_1|89f9\nx\n9|89f9\n10|(null)\n", "89f9") == "9"
    assert slurm.parse_found("7|77aa\n8|\n", "89f9") == ""
    assert slurm.parse_found("8|\n", "") == ""
