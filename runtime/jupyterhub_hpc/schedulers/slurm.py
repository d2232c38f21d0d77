"""Slurm: command lines, the queue's lines, and its states and reasons in words."""

import re

from .job import Job, Phase

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

_REASONS = {
    "Priority": "jobs with a higher priority are ahead of it",
    "Resources": "it waits for nodes to become free",
    "Dependency": "it waits for another job",
    "QOSMaxJobsPerUserLimit": "you have as many running jobs as you may have",
    "QOSMaxCpuPerUserLimit": "you use as many CPUs as you may use",
    "AssocGrpCpuLimit": "your account uses as many CPUs as it may use",
    "AssocMaxJobsLimit": "you have as many running jobs as your account allows",
    "ReqNodeNotAvail": "the nodes it needs are not available (maintenance, perhaps)",
    "PartitionDown": "the partition is down",
    "PartitionInactive": "the partition is inactive",
    "PartitionTimeLimit": "it asks for more time than the partition allows",
    "PartitionNodeLimit": "it asks for more nodes than the partition allows",
    "Reservation": "it waits for its reservation to begin",
    "JobHeldAdmin": "an administrator holds it",
    "JobHeldUser": "it is held",
    "BeginTime": "it waits for its start time",
}
_ENDINGS = {
    "TIMEOUT": "it reached its time limit",
    "OUT_OF_MEMORY": "it used more memory than it asked for; ask for more",
    "NODE_FAIL": "its node failed; start again",
    "CANCELLED": "it was cancelled",
    "PREEMPTED": "a job with a higher priority took its place; start again",
    "BOOT_FAIL": "its node did not start; start again",
    "COMPLETED": "it ended by itself",
}
_EXIT_CODES = {
    80: "the account on the compute node is another one than on the login node",
    81: "the home directory cannot be written on the compute node: missing, full or read-only",
    83: "a module of the chosen environment could not be loaded",
    84: "the chosen environment is missing on the compute node, or has no jupyterhub",
    85: "the server could not tell the hub its port: the compute node does not reach the hub's API address",
}


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
        )
    return jobs


def parse_found(output: str, mark: str) -> str:
    """The id of the job whose comment is the mark, in the output of `find_command`; empty when there is none."""
    for line in output.splitlines():
        job_id, _, comment = line.strip().partition("|")
        if mark and comment == mark and re.fullmatch(_JOB_ID, job_id):
            return job_id
    return ""


def waiting(job: Job) -> str:
    """Why a job waits, for its user."""
    reason = job.reason.split(",")[0].strip("()")
    words = _REASONS.get(reason, f"Slurm's reason is {reason}" if reason else "Slurm has not looked at it yet")
    start = f" Expected start: {job.expected_start}." if job.expected_start else ""
    return f"Job {job.job_id} waits in the queue: {words}.{start}"


def ending(job_id: str, job: Job | None, exit_code: int | None) -> str:
    """Why a job ended, for its user."""
    if exit_code in _EXIT_CODES:
        return f"Job {job_id} ended: {_EXIT_CODES[exit_code]}."
    if job is None:
        return f"Job {job_id} is no longer known to Slurm."
    words = _ENDINGS.get(job.state, f"Slurm says {job.state}" + (f" ({job.reason})" if job.reason else ""))
    code = f" Exit code {exit_code}." if exit_code else ""
    return f"Job {job_id} ended{f' on {job.host}' if job.host else ''}: {words}.{code}"


def parse_exit_code(output: str) -> int | None:
    """The exit code in the output of `job_command`."""
    match = re.search(r"\bExitCode=([0-9]+):", output)
    return int(match[1]) if match else None
