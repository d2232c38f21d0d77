"""Slurm: command lines, the queue's lines, and its states. What they mean in words is in `slurm_words`."""

import re

from .job import Job, Phase
from .job_exit import JobExit
from .slurm_words import ending as ending
from .slurm_words import refusal as refusal
from .slurm_words import waiting as waiting

NAME = "Slurm"
_PENDING = {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT"}
_RUNNING = {"RUNNING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING"}
_ENDED = {
    *("BOOT_FAIL", "CANCELLED", "COMPLETED", "COMPLETING", "DEADLINE", "FAILED", "LAUNCH_FAILED", "NODE_FAIL"),
    *("OUT_OF_MEMORY", "PREEMPTED", "RECONFIG_FAIL", "REVOKED", "TIMEOUT"),
}
_FORMAT = "%i|%u|%T|%B|%S|%r"  # no comment, no name: squeue prints them raw, and a line break there would forge a job
_MARKS = "%i|%k"  # so the comments are asked for one user at a time, who could only deceive themself
_JOB_ID = r"[0-9]{1,12}"


def submit_command(directory: str, username: str) -> list[str]:
    """Submit the script on standard input as a user. No argument comes from anybody but this line."""
    return ["sudo", "-n", "-u", username, f"{directory}/sbatch", "--parsable"]


def cancel_command(directory: str, username: str, job_id: str) -> list[str]:
    """Cancel a user's job."""
    return ["sudo", "-n", "-u", username, f"{directory}/scancel", checked_job_id(job_id)]


def queue_command(directory: str, job_name: str) -> list[str]:
    """Everybody's jobs of this hub, ended ones included as long as Slurm remembers them."""
    return [
        f"{directory}/squeue",
        *("--noheader", "--all", "--states=all", f"--name={job_name}", f"--format={_FORMAT}"),
    ]


def find_command(directory: str, job_name: str, username: str) -> list[str]:
    """One user's jobs of this hub, with their comments."""
    return [
        f"{directory}/squeue",
        *("--noheader", "--all", "--states=all", f"--name={job_name}", f"--user={username}", f"--format={_MARKS}"),
    ]


def job_command(directory: str, job_id: str) -> list[str]:
    """All that Slurm knows of one job."""
    return [f"{directory}/scontrol", "--oneliner", "show", "job", checked_job_id(job_id)]


def may_have_submitted(stderr: str) -> bool:
    """Whether sbatch failed without knowing if there is a job now: the controller was too busy to answer in time."""
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
    """The jobs in the output of `queue_command`, by id."""
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


def parse_found(output: str, mark: str) -> str:
    """The id of the job whose comment is the mark, in the output of `find_command`; empty when there is none."""
    for line in output.splitlines():
        job_id, _, comment = line.strip().partition("|")
        if mark and comment == mark and re.fullmatch(_JOB_ID, job_id):
            return job_id
    return ""


def parse_exit(output: str) -> JobExit:
    """How the job of `job_command` ended, as far as its output says."""
    found = re.search(r"\bExitCode=([0-9]+):([0-9]+)", output)
    memory = re.search(r"\bReqTRES=(?:\S+,)?mem=([0-9.]+[KMGT]?)", output)
    time_limit = re.search(r"\bTimeLimit=([0-9:-]+)", output)
    return JobExit(
        code=int(found[1]) if found else 0,
        signal=int(found[2]) if found else 0,
        memory=memory[1] if memory else "",
        time_limit=time_limit[1] if time_limit else "",
    )
