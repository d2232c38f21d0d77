"""Why a user's server is not there any more, or did not come up: kept until the next one runs."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Ending:
    """What the user is told. It holds nothing out of the user's files: a job's log is read when it is looked at."""

    what: str  # what happened, as whole sentences, the scheduler's own words included
    next_step: str = ""
    job_id: str = ""  # empty: there was no job
    started: bool = False  # the server was up; otherwise it is its start that failed
    at: float = field(default_factory=time.time)  # seconds since 1970

    @property
    def log(self) -> str:
        """Where the job's log is, for people."""
        return f"~/.jupyterhub/logs/server-{self.job_id}.log"

    @property
    def when(self) -> str:
        """The time as ISO 8601, for a page that shows it in its reader's time zone."""
        return datetime.fromtimestamp(self.at, UTC).isoformat(timespec="seconds")

    def to_state(self) -> dict[str, Any]:
        """As JupyterHub keeps it with the server's state."""
        return asdict(self)

    @classmethod
    def from_state(cls, state: Any) -> "Ending | None":
        """What `to_state` gave; None for anything else."""
        try:
            return cls(**state) if isinstance(state, Mapping) else None
        except TypeError:
            return None
