"""A job as the hub sees it, whatever the scheduler."""

from dataclasses import dataclass
from enum import Enum


class Phase(Enum):
    """Where a job is in its life."""

    PENDING = "pending"
    RUNNING = "running"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Job:
    """One line of the queue."""

    job_id: str
    user: str
    phase: Phase
    state: str  # the scheduler's own word
    reason: str  # the scheduler's own word, or empty
    host: str  # first node, or empty
    expected_start: str  # the scheduler's own words, or empty
    settling: bool = False  # it ended, and the scheduler is still clearing it away: why, it may not say yet
