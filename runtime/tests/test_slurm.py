import pytest

from jupyterhub_hpc.schedulers import slurm
from jupyterhub_hpc.schedulers.job import Phase


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


def test_a_job_is_found_by_its_mark() -> None:
    assert slurm.parse_found("7|77aa\n8_1|89f9\nx\n9|89f9\n10|(null)\n", "89f9") == "9"
    assert slurm.parse_found("7|77aa\n8|\n", "89f9") == ""
    assert slurm.parse_found("8|\n", "") == ""


@pytest.mark.parametrize(
    ("value", "hidden"), [("none", False), ("jobs", True), ("accounts,jobs,usage", True), ("cloud,usage", False)]
)
def test_what_slurm_hides(value: str, hidden: bool) -> None:
    output = f"MinJobAge               = 300 sec\nPrivateData             = {value}\nPrologFlags = (null)\n"
    assert bool(slurm.parse_hidden(output)) == hidden
