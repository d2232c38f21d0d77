"""Series for Prometheus beside JupyterHub's own: what only the hub knows of the cluster and of the way there.

Names and labels follow JupyterHub's (`jupyterhub.metrics`). Labels known from the start have series from the start.
"""

from collections import Counter as Tally
from collections.abc import Iterable

from jupyterhub.metrics import metrics_prefix
from prometheus_client import Counter, Gauge, Histogram

from .schedulers.job import Job, Phase

_NAMESPACE = f"{metrics_prefix}_hpc"
_COMMAND_BUCKETS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, float("inf"))
_SPAWN_BUCKETS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, float("inf"))
# What a start comes to; the causes are those of `errors.py`, and "timeout": the hub gave it up.
OUTCOMES = (
    *("started", "refused", "unreachable", "unanswered", "job refused", "command", "job ended"),
    *("cluster", "timeout", "error"),
)
# Where the time of a start goes: account and options checked, submission, job queued and launched, server listening.
STAGES = ("check", "submit", "job", "server")

LOGIN_NODE_UP = Gauge("login_node_up", "Whether there is a connection to a login node", ["node"], namespace=_NAMESPACE)
LOGIN_NODE_FAILURES = Counter(
    "login_node_failures", "Commands that a login node was sent and did not answer", ["node"], namespace=_NAMESPACE
)
COMMAND_SECONDS = Histogram(
    "command_seconds",
    "Time a request took on a login node, whatever its exit status",
    ["operation"],
    buckets=_COMMAND_BUCKETS,
    namespace=_NAMESPACE,
)
QUEUE_LOOKS = Counter("queue_looks", "Looks at the scheduler's queue", ["outcome"], namespace=_NAMESPACE)
QUEUE_ANSWERED = Gauge(
    "queue_answered_timestamp_seconds", "When the last look at the queue that succeeded began", namespace=_NAMESPACE
)
JOBS = Gauge("jobs", "Jobs of this hub in the queue, as the last look showed them", ["state"], namespace=_NAMESPACE)
SPAWN_SECONDS = Histogram(
    "spawn_duration_seconds",
    "Time from asking for a server to its listening, or to the failure, by what came of it",
    ["outcome"],
    buckets=_SPAWN_BUCKETS,
    namespace=_NAMESPACE,
)
SPAWN_STAGE_SECONDS = Histogram(
    "spawn_stage_seconds",
    "Time of each stage of a start, given up ones included",
    ["stage"],
    buckets=_SPAWN_BUCKETS,
    namespace=_NAMESPACE,
)
CANCELLATIONS_PENDING = Gauge(
    "cancellations_pending", "Jobs that are to be cancelled as soon as the cluster answers", namespace=_NAMESPACE
)

_LIVE = (Phase.PENDING, Phase.RUNNING, Phase.UNKNOWN)

for _outcome in OUTCOMES:
    SPAWN_SECONDS.labels(_outcome)
for _stage in STAGES:
    SPAWN_STAGE_SECONDS.labels(_stage)
for _outcome in ("answered", "failed"):
    QUEUE_LOOKS.labels(_outcome)
for _phase in _LIVE:
    JOBS.labels(_phase.value)


def note_jobs(jobs: Iterable[Job], when: float) -> None:
    """Take up what a look at the queue showed.

    Args:
        jobs: all of this hub's
        when: the look began, in seconds since the epoch
    """
    tally = Tally(job.phase for job in jobs)
    for phase in _LIVE:
        JOBS.labels(phase.value).set(tally[phase])
    QUEUE_ANSWERED.set(when)
    QUEUE_LOOKS.labels("answered").inc()
