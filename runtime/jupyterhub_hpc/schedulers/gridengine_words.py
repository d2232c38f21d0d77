"""Grid Engine's refusals, states and failures, in words for people: tables, and the few lines that read them."""

import re

from .explanation import Explanation, one_line
from .job import Job
from .job_exit import CODES, LOG_FIRST, SIGNALS, JobExit

_LESS = "Ask for less, or choose another queue."
_PEOPLE = "Show this to the people who run the cluster."
_LATER = "Try again in a few minutes. Running servers are not affected."

# A part of what qsub prints (msg_qmaster.h, msg_gdilib.h): what it means, and the user's next step. The first that
# fits is taken.
_REFUSALS: tuple[tuple[str, str, str], ...] = (
    ("is not a submit host", "the host that submits servers is not registered for that", _PEOPLE),
    ("unable to contact qmaster", "Grid Engine's master does not answer", _LATER),
    ("unable to send message to qmaster", "Grid Engine's master does not answer", _LATER),
    ("commlib error", "Grid Engine's master does not answer", _LATER),
    ("cannot connect to qmaster", "Grid Engine's master does not answer", _LATER),
    ("no access to project", "you may not use this project", "Choose another project."),
    ("no project", "you may not use this project", "Choose another project."),
    ("unknown project", "the cluster has no such project any more", "Choose another project."),
    ("requested parallel environment", "the cluster has no such parallel environment any more", _PEOPLE),
    ("unknown resource", "the cluster does not know a resource that the site asks for", _PEOPLE),
    ("unknown queue", "the cluster has no such queue any more", "Choose another queue."),
    ("unknown object type or queue", "the cluster has no such queue any more", "Choose another queue."),
    ("no suitable queues", "no queue gives what it asks for", _LESS),
    ("not allowed to run in any queue", "you may not use any queue that it could run in", _LESS),
    ("job exceeds job limit", "you have as many jobs as you may have", "End a job of yours that you do not need."),
    ("exceed", "it is over a limit", "End a job of yours that you do not need, or ask for less."),
    ("maximum number of jobs", "there are as many jobs as there may be", _LATER),
    ("no such user", "Grid Engine does not know your account", _PEOPLE),
    ("denied", "Grid Engine does not let you submit this from there", _PEOPLE),
)

# What a state's letters say of a job that waits: the first that fits is taken.
_WAITING: tuple[tuple[str, str, str], ...] = (
    (
        "E",
        "Grid Engine could not start it, and has set it to error state: it will not be tried again by itself",
        "Cancel it, and start again; if it fails again, show this to the people who run the cluster.",
    ),
    ("h", "it is held", "`qrls` on a login node lets it go on; or cancel it."),
    ("R", "it is to be started again, as its node was lost", ""),
)

# What qacct(1) says of an ending that was not the job's own doing: "failed", in sge_status(5).
_FAILURES: dict[int, tuple[str, str]] = {
    19: ("its node stopped before it was done", "Start again: another node will do."),
    21: ("its node did not know it any more", "Start again: another node will do."),
    25: ("Grid Engine started it again", "Start again."),
    26: ("its output could not be opened", _PEOPLE),
    27: ("its shell could not be found", _PEOPLE),
    28: ("its directory could not be entered on the node", _PEOPLE),
    37: ("Grid Engine ended it for its run time, or its memory", "Start again, and ask for more."),
}

# `qdel` and a limit of memory both leave "failed 100" and this signal, and no word of who it was.
_KILLED = (
    "it was killed (signal 9, SIGKILL): cancelled with qdel by you or an administrator, or stopped for using more "
    "memory than it asked for",
    "If nobody cancelled it, start again with more memory.",
)


def refusal(stderr: str) -> Explanation | None:
    """Why qsub took no job; None when it is not qsub that spoke."""
    if not re.search(r"(?mi)^\s*(unable to |error: |qsub: |denied: |warning: )", stderr):
        return None
    said = one_line(re.sub(r"(?mi)^\s*(unable to run job: |Exiting\.\s*$|error: |qsub: )", "", stderr))
    for part, meaning, next_step in _REFUSALS:
        if part in said.lower():
            return Explanation(f"Grid Engine refused the job: {meaning}.", said, next_step)
    return Explanation(
        "Grid Engine refused the job.", said, f"Change what you ask for, or {_PEOPLE[0].lower()}{_PEOPLE[1:]}"
    )


def waiting(job: Job) -> Explanation:
    """Why a job waits, or was not started."""
    state = one_line(job.state, 20)
    words, next_step = next(((words, step) for letter, words, step in _WAITING if letter in job.state), ("", ""))
    if not words:
        words = "it waits for what it asks for to become free"
    where = "is in error" if "E" in job.state else "waits in the queue"
    return Explanation(
        f"Job {job.job_id} {where} ({state}): {words}" + (f": {job.reason.removesuffix('.')}." if job.reason else "."),
        "",
        next_step,
    )


def ending(job_id: str, job: Job | None, ended: JobExit) -> Explanation:
    """Why a job ended."""
    host = (job.host if job else "") or one_line(ended.host, 64)
    where = f"Job {job_id} ended" + (f" on {host}" if host else "")
    said = _own_words(ended)
    number = int(ended.failure.split(" ")[0].split(":")[0] or 0) if re.match("[0-9]", ended.failure) else 0
    if ended.code in CODES:
        words, next_step = CODES[ended.code]
    elif ended.timed_out:
        words, next_step = f"it reached its time limit of {ended.time_limit}", "Start again, and ask for more time."
    elif number in _FAILURES:
        words, next_step = _FAILURES[number]
    elif number == 100 and ended.signal == 9:
        words, next_step = _KILLED
    elif ended.signal in SIGNALS:
        words, next_step = SIGNALS[ended.signal]
    elif job is None and not said:
        return Explanation(f"Job {job_id} is no longer known to Grid Engine.", "", LOG_FIRST)
    elif job is not None and not said and "d" in job.state:
        words, next_step = "it was cancelled, by you, an administrator or the hub", "Start again."
    elif ended.known and not ended.code and not ended.failure:
        words, next_step = (
            "it ended by itself, as it does when it is shut down from inside",
            "Start again when you need it.",
        )
    else:
        words, next_step = ("its server failed" if ended.code else ""), LOG_FIRST
    return Explanation(f"{where}: {words}." if words else f"{where}.", said, next_step)


def _own_words(ended: JobExit) -> str:
    words = [f"failed {ended.failure}"] if ended.failure else []
    if ended.code or ended.signal:
        words.append(f"exit code {ended.code}" + (f", signal {ended.signal}" if ended.signal else ""))
    return one_line(", ".join(words), 300)
