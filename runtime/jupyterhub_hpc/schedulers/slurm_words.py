"""Slurm's refusals, reasons and states, in words for people: tables, and the few lines that read them."""

import re

from .explanation import Explanation, one_line
from .job import Job
from .job_exit import CODES, LOG_FIRST, SIGNALS, JobExit

_LESS = "Ask for less, or choose another partition."
_OTHER_PARTITION = "Choose another partition, or try again later."
_PEOPLE = "Show this to the people who run the cluster."
_LATER = "Try again in a few minutes. Running servers are not affected."
_WAIT = "It starts by itself when that changes; you may also cancel it and ask for less."

# A part of what sbatch prints (slurm_errno.c): what it means, and the user's next step. The first that fits is taken.
_REFUSALS: tuple[tuple[str, str, str], ...] = (
    ("Unable to contact slurm controller", "Slurm's controller does not answer", _LATER),
    ("timed out", "Slurm's controller is too busy to answer", _LATER),
    ("temporarily unable to accept job", "Slurm takes no more jobs at the moment", _LATER),
    (
        "Requested time limit is invalid",
        "it asks for more time than the partition allows",
        "Ask for a shorter run time.",
    ),
    ("Memory required by task is not available", "it asks for more memory than the partition allows", _LESS),
    ("Memory specification can not be satisfied", "it asks for more memory than any node has", _LESS),
    ("CPU count per node can not be satisfied", "it asks for more cores than any node has", _LESS),
    ("Requested node configuration is not available", "no node has what it asks for", _LESS),
    (
        "Requested partition configuration not available",
        "the partition does not give what it asks for: it is too much memory, or too many cores",
        _LESS,
    ),
    ("Node count specification invalid", "the partition does not give it a node", _OTHER_PARTITION),
    ("generic resource (gres)", "the partition has no such GPUs, or not as many", _LESS),
    ("Invalid feature specification", "no node has a feature that the site asks for", _PEOPLE),
    ("group not permitted", "your group may not use this partition", _OTHER_PARTITION),
    ("not available (inactive or drain)", "the partition takes no jobs at the moment", _OTHER_PARTITION),
    ("Invalid partition name", "the cluster has no such partition any more", _OTHER_PARTITION),
    ("reservation", "the reservation cannot be used", "Check its name, its time and who may use it."),
    (
        "Invalid account",
        "your account may not be used here, or you have none",
        "Check with `sacctmgr show associations user=$USER` on a login node, or ask the people who run the cluster.",
    ),
    ("Invalid qos", "the quality of service may not be used here", _PEOPLE),
    (
        "accounting/QOS policy",
        "it is over a limit of your account: running or waiting jobs, cores, memory or time",
        "End a job of yours that you do not need, or ask for less.",
    ),
    ("Access/permission denied", "Slurm does not let you submit this from there", _PEOPLE),
    ("Invalid user id", "Slurm does not know your account", _PEOPLE),
    ("I/O error writing script", "Slurm's controller cannot store the job", _PEOPLE),
)

# Reasons of a job that waits (job_reasons.c), as squeue prints them.
_REASONS: dict[str, tuple[str, str]] = {
    "Priority": ("jobs with a higher priority are ahead of it", ""),
    "Resources": ("it waits for nodes to become free", ""),
    "Licenses": ("it waits for a licence to become free", ""),
    "Dependency": ("it waits for another job", ""),
    "BeginTime": ("it waits for its start time", ""),
    "Reservation": ("it waits for its reservation to begin", ""),
    "ReservationDeleted": ("its reservation was deleted", "Cancel it, and start again without the reservation."),
    "ReqNodeNotAvail": ("the nodes it needs are not available (maintenance, perhaps)", _OTHER_PARTITION),
    "Nodes required for job are DOWN": (
        "all nodes that it could run on are down or taken out of use",
        _OTHER_PARTITION,
    ),
    "PartitionDown": ("the partition is down", _OTHER_PARTITION),
    "PartitionInactive": ("the partition is inactive", _OTHER_PARTITION),
    "PartitionTimeLimit": ("it asks for more time than the partition allows", "Cancel it, and ask for less time."),
    "PartitionNodeLimit": ("it asks for more nodes than the partition allows", _OTHER_PARTITION),
    "PartitionConfig": ("the partition does not allow what it asks for", _LESS),
    "AccountNotAllowed": ("your account may not use this partition", _OTHER_PARTITION),
    "QOSNotAllowed": ("your quality of service may not use this partition", _OTHER_PARTITION),
    "BadConstraints": ("no node has what it asks for", "Cancel it, and ask for less."),
    "JobHeldAdmin": ("an administrator holds it", "Ask the people who run the cluster."),
    "JobHeldUser": ("it is held", "`scontrol release` on a login node lets it go on; or cancel it."),
    "InvalidAccount": ("your account is not valid", _PEOPLE),
    "InvalidQOS": ("the quality of service is not valid", _PEOPLE),
    "launch failed requeued held": ("it could not be started on its node, and is held", "Cancel it, and start again."),
    "MaxMemPerLimit": ("it asks for more memory than the partition allows", "Cancel it, and ask for less memory."),
    "QOSMaxJobsPerUserLimit": ("you have as many running jobs as you may have", _WAIT),
    "QOSMaxCpuPerUserLimit": ("you use as many CPUs as you may use", _WAIT),
    "AssocGrpCpuLimit": ("your account uses as many CPUs as it may use", _WAIT),
    "AssocMaxJobsLimit": ("you have as many running jobs as your account allows", _WAIT),
}

# Families of reasons, by how they begin.
_FAMILIES: tuple[tuple[str, str, str], ...] = (
    ("QOSGrp", "everybody in your quality of service together uses as much as it allows", _WAIT),
    ("QOSMax", "you use, or ask for, as much as your quality of service allows", _WAIT),
    ("AssocGrp", "everybody in your account together uses as much as it allows", _WAIT),
    ("AssocMax", "you use, or ask for, as much as your account allows", _WAIT),
)

# States of a job that ended.
_ENDINGS: dict[str, tuple[str, str]] = {
    "TIMEOUT": ("it reached its time limit", "Start again; ask for more time if the partition offers it."),
    "DEADLINE": ("it reached its deadline", "Start again."),
    "OUT_OF_MEMORY": ("it used more memory than it asked for", "Start again with more memory."),
    "NODE_FAIL": ("its node failed", "Start again: another node will do."),
    "BOOT_FAIL": ("its node did not start", "Start again: another node will do."),
    "LAUNCH_FAILED": ("it could not be started on its node", "Start again; if that fails too, tell those who run it."),
    "CANCELLED": ("it was cancelled, by you, an administrator or the hub", "Start again."),
    "PREEMPTED": ("a job with a higher priority took its place", "Start again."),
    "REVOKED": ("another cluster took it over", "Start again."),
    "COMPLETED": ("it ended by itself, as it does when it is shut down from inside", "Start again when you need it."),
    "FAILED": ("its server failed", LOG_FIRST),
}  # fmt: skip

# The state that a job which is still being cleared away will have, by the reason that it shows already.
_COMING: dict[str, str] = {
    "TimeLimit": "TIMEOUT",
    "OutOfMemory": "OUT_OF_MEMORY",
    "NodeDown": "NODE_FAIL",
    "NonZeroExitCode": "FAILED",
    "JobLaunchFailure": "LAUNCH_FAILED",
}


def refusal(stderr: str) -> Explanation | None:
    """Why sbatch took no job; None when it is not sbatch that spoke."""
    if "sbatch:" not in stderr:
        return None
    said = one_line(re.sub(r"(?m)^\s*sbatch: (?:error: )?", "", stderr))
    for part, meaning, next_step in _REFUSALS:
        if part.lower() in said.lower():
            return Explanation(f"Slurm refused the job: {meaning}.", said, next_step)
    return Explanation("Slurm refused the job.", said, f"Change what you ask for, or {_PEOPLE[0].lower()}{_PEOPLE[1:]}")


def waiting(job: Job) -> Explanation:
    """Why a job waits."""
    reason = one_line(job.reason.split(",")[0].strip("()").replace("_", " "), 200)
    words, next_step = _REASONS.get(reason) or next(
        ((words, step) for begin, words, step in _FAMILIES if reason.startswith(begin)), ("", "")
    )
    if not reason:
        words = "Slurm has not looked at it yet"
    return Explanation(f"Job {job.job_id} waits in the queue" + (f": {words}." if words else "."), reason, next_step)


def ending(job_id: str, job: Job | None, ended: JobExit) -> Explanation:
    """Why a job ended."""
    where = f"Job {job_id} ended" + (f" on {job.host}" if job and job.host else "")
    said = _own_words(job, ended)
    if ended.code in CODES:
        words, next_step = CODES[ended.code]
        return Explanation(f"{where}: {words}.", said, next_step)
    if job is None:
        return Explanation(f"Job {job_id} is no longer known to Slurm.", said, LOG_FIRST)
    state = _COMING.get(job.reason, job.state) if job.state == "COMPLETING" else job.state
    if state in ("FAILED", "COMPLETING") and ended.signal in SIGNALS:
        words, next_step = SIGNALS[ended.signal]
    else:
        words, next_step = _ENDINGS.get(state, ("", LOG_FIRST))
    asked = ""
    if ended.memory and (state == "OUT_OF_MEMORY" or ended.signal == 9):
        asked = f": {ended.memory}"
    if ended.time_limit and state == "TIMEOUT":
        asked = f" of {ended.time_limit}"
    return Explanation(f"{where}: {words}{asked}." if words else f"{where}.", said, next_step)


def _own_words(job: Job | None, ended: JobExit) -> str:
    words = [job.state] if job else []
    if job and job.reason and job.reason != "None":
        words.append(job.reason)
    if ended.code or ended.signal:
        words.append(f"exit code {ended.code}" + (f", signal {ended.signal}" if ended.signal else ""))
    return one_line(", ".join(words), 300)
