"""Grid Engine: what its commands (components/schedulers/gridengine-commands.ts) print. What it means is in
`gridengine_words`.

A job's environment and script are in everybody's sight there, so neither holds a secret: the login node hands the
environment over in a private file, whose name is the mark on the job. The mark is the end of the job's name.
"""

import html
import re

from .gridengine_words import ending as ending
from .gridengine_words import refusal as refusal
from .gridengine_words import waiting as waiting
from .job import Job, Phase
from .job_exit import JobExit

NAME = "Grid Engine"
RECORD_SECONDS = 20.0  # its master writes records down every 15 s (sge_conf(5), flush_time)
_JOB_ID = r"[0-9]{1,12}"
_NAME = re.compile(r"(.+)-([0-9a-f]{16})")
# Not read as XML: a control character in anybody's job name, which qstat passes on, would end it for all.
_JOB = re.compile(r'<job_list state="[a-z]+">(.*?)</job_list>', re.DOTALL)
_FIELD = re.compile(r"<(JB_job_number|JB_name|JB_owner|state|queue_name)>([^<]*)</\1>")
_WHOLE = re.compile(r"<job_info[ >].*</job_info>\s*", re.DOTALL)


def may_have_submitted(stderr: str) -> bool:
    """Whether qsub failed without knowing if there is a job now: there was no answer in time."""
    return "timed out" in stderr or "timeout" in stderr


def already_gone(stderr: str) -> bool:
    """Whether there is no such job any more, or it is being ended already."""
    return "do not exist" in stderr or "does not exist" in stderr or "already in deletion" in stderr


def parse_submitted(output: str) -> str:
    """The job id in what `qsub -terse` printed: its last line."""
    lines = output.strip().splitlines()
    last = lines[-1].strip() if lines else ""
    if not re.fullmatch(_JOB_ID, last):
        raise ValueError(f"qsub printed no job id but {output.strip()[:500]!r}.")
    return last


def phase_of(state: str) -> Phase:
    """The phase of a state, whose letters are those of qstat(1); one that is not known means unknown, never ended."""
    if not state or not re.fullmatch("[dEhqRrsStTwNP]+", state):
        return Phase.UNKNOWN
    if "d" in state:
        return Phase.ENDED
    if "q" in state:
        return Phase.PENDING
    return Phase.RUNNING if set(state) & set("rtsST") else Phase.UNKNOWN


def parse_queue(output: str) -> dict[str, Job]:
    """The servers in what `queue` printed: of everybody's jobs those whose name ends with a mark.

    Raises:
        ValueError: it is no answer, or not a whole one
    """
    return {job.job_id: job for _, _, job in _servers(output)}


def parse_queue_of(output: str, job_name: str) -> dict[str, Job]:
    """The same, as far as their names begin with that of one hub's jobs."""
    return {job.job_id: job for name, _, job in _servers(output) if name == job_name}


def _servers(output: str) -> list[tuple[str, str, Job]]:
    if not _WHOLE.search(output):
        raise ValueError(f"qstat printed no whole list of jobs but {output.strip()[:200]!r}.")
    servers = []
    for block in _JOB.findall(output):
        field = {name: html.unescape(value).strip() for name, value in _FIELD.findall(block)}
        name = _NAME.fullmatch(field.get("JB_name", ""))
        job_id, state = field.get("JB_job_number", ""), field.get("state", "")
        if name and re.fullmatch(_JOB_ID, job_id):
            phase = phase_of(state)
            job = Job(
                job_id=job_id,
                user=field.get("JB_owner", ""),
                phase=phase,
                state=state,
                reason="",
                host=field.get("queue_name", "").partition("@")[2],
                expected_start="",
                settling=phase == Phase.ENDED,
            )
            servers.append((name[1], name[2], job))
    return servers


def parse_hidden(_output: str) -> str:
    """Nothing: Grid Engine shows everybody all jobs."""
    return ""


def parse_marks(output: str) -> dict[str, str]:
    """The marks in what `find` printed, by job id.

    Raises:
        ValueError: it is no answer, or not a whole one
    """
    return {job.job_id: mark for _, mark, job in _servers(output)}


def parse_found(output: str, mark: str) -> str:
    """The id of the job with a mark in what `find` printed; empty: there is none."""
    return next((job_id for job_id, found in parse_marks(output).items() if mark and found == mark), "")


def unexplained(job: Job) -> bool:
    """Whether only `job` says why: the queue does not tell what an error was."""
    return "E" in job.state


def parse_reason(output: str) -> str:
    """Why a job is in error state, in what `job` printed of one that is still there."""
    reasons = re.findall(r"^error reason\s+[0-9]*:\s*(.+)$", output, re.MULTILINE)
    return re.sub(r"^[0-9/]+ [0-9:]+ \[[0-9:]+\]: ", "", reasons[-1].strip()) if reasons else ""


def parse_exit(output: str) -> JobExit:
    """How a job ended, in what `job` printed of one that is gone: its last record, by qacct.

    Raises:
        ValueError: there is no record, or none yet
    """
    record = output.rpartition("=" * 30)[2]
    found = dict(
        re.findall(r"^(hostname|failed|exit_status|ru_wallclock|category)[ \t]+(.*?)[ \t]*$", record, re.MULTILINE)
    )
    status = re.match(r"[0-9]+", found.get("exit_status", ""))
    if not status:
        raise ValueError("Grid Engine has no record of it.")
    code = int(status[0])
    category = found.get("category", "")
    limit = re.search(r"\bh_rt=([0-9]+)", category)
    wall = re.match(r"[0-9]+", found.get("ru_wallclock", ""))
    timed_out = bool(limit and wall and int(wall[0]) >= int(limit[1]))
    failed = found.get("failed", "0")
    return JobExit(
        known=True,
        code=code if code <= 128 else 0,
        signal=code - 128 if code > 128 else 0,
        time_limit=_clock(int(limit[1])) if limit else "",
        timed_out=timed_out,
        failure="" if re.fullmatch("0+", failed) else failed,
        host=found.get("hostname", ""),
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
