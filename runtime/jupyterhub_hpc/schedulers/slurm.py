"""Slurm: what its commands (components/schedulers/slurm-commands.ts) print. What it means is in `slurm_words`."""

import re

from .job import Job, Phase
from .job_exit import JobExit
from .slurm_words import ending as ending
from .slurm_words import refusal as refusal
from .slurm_words import waiting as waiting

NAME = "Slurm"
RECORD_SECONDS = 4.0
_PENDING = {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT"}
_RUNNING = {"RUNNING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING"}
_ENDED = {
    *("BOOT_FAIL", "CANCELLED", "COMPLETED", "COMPLETING", "DEADLINE", "FAILED", "LAUNCH_FAILED", "NODE_FAIL"),
    *("OUT_OF_MEMORY", "PREEMPTED", "RECONFIG_FAIL", "REVOKED", "TIMEOUT"),
}
_JOB_ID = r"[0-9]{1,12}"


def may_have_submitted(stderr: str) -> bool:
    """Whether sbatch failed without knowing if there is a job now: there was no answer in time."""
    return "timed out" in stderr


def already_gone(stderr: str) -> bool:
    """Whether scancel failed because there is no such job any more."""
    return "Invalid job id" in stderr


def checked_job_id(job_id: str) -> str:
    """The id, if it is one."""
    if not re.fullmatch(_JOB_ID, job_id):
        raise ValueError(f"{job_id!r} is no job id")
    return job_id


def parse_submitted(output: str) -> str:
    """The job id in what `sbatch --parsable` printed: its last line, `ID` or `ID;CLUSTER`."""
    lines = output.strip().splitlines()
    try:
        return checked_job_id(lines[-1].split(";")[0].strip() if lines else "")
    except ValueError:
        raise ValueError(f"sbatch printed no job id but {output.strip()[:500]!r}.") from None


def phase_of(state: str) -> Phase:
    """The phase of a state; a word that is not known means unknown, never ended."""
    for words, phase in ((_PENDING, Phase.PENDING), (_RUNNING, Phase.RUNNING), (_ENDED, Phase.ENDED)):
        if state in words:
            return phase
    return Phase.UNKNOWN


def parse_queue(output: str) -> dict[str, Job]:
    """The jobs in what `queue` printed: squeue's %i|%u|%T|%B|%S|%r, by id."""
    jobs = {}
    for line in output.splitlines():
        if not line.strip():
            continue
        job_id, user, state, host, start, reason = (line.strip().split("|", 5) + [""] * 6)[:6]
        empty = {"", "n/a", "N/A", "(null)", "None"}
        jobs[job_id] = Job(
            job_id=job_id,
            user=user,
            phase=phase_of(state),
            state=state,
            reason="" if reason in empty else reason,
            host="" if host in empty else host,
            expected_start="" if start in empty else start.replace("T", " "),
            settling=state == "COMPLETING",
        )
    return jobs


def parse_hidden(output: str) -> str:
    """Whether Slurm hides other people's jobs, by its configuration, in words; empty when it does not."""
    match = re.search(r"^PrivateData\s*=\s*(\S+)", output, re.MULTILINE)
    if match and "jobs" in match[1].split(","):
        return (
            "Slurm shows the hub nobody's jobs (PrivateData=jobs in slurm.conf), so servers cannot be followed. "
            "Next: let the hub's account on the login nodes see them "
            "(sacctmgr modify user NAME set adminlevel=operator), or take jobs out of PrivateData."
        )
    return ""


def parse_marks(output: str) -> dict[str, str]:
    """The comments in what `find` printed, by job id."""
    lines = (line.strip().partition("|") for line in output.splitlines())
    return {job_id: mark for job_id, _, mark in lines if re.fullmatch(_JOB_ID, job_id)}


def parse_found(output: str, mark: str) -> str:
    """The id of the job whose comment is the mark in what `find` printed, squeue's %i|%k; empty: there is none."""
    return next((job_id for job_id, found in parse_marks(output).items() if mark and found == mark), "")


def unexplained(_job: Job) -> bool:
    """Never: squeue prints a reason."""
    return False


def parse_reason(_output: str) -> str:
    """Nothing: squeue says it."""
    return ""


def parse_exit(output: str) -> JobExit:
    """How a job ended, as far as what `job` printed says."""
    found = re.search(r"\bExitCode=([0-9]+):([0-9]+)", output)
    memory = re.search(r"\bReqTRES=(?:\S+,)?mem=([0-9.]+[KMGT]?)", output)
    time_limit = re.search(r"\bTimeLimit=([0-9:-]+)", output)
    return JobExit(
        code=int(found[1]) if found else 0,
        signal=int(found[2]) if found else 0,
        memory=memory[1] if memory else "",
        time_limit=time_limit[1] if time_limit else "",
    )
