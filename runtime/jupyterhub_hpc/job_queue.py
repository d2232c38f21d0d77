"""The scheduler's queue, looked at once for everybody."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import ClassVar

from traitlets import Float
from traitlets.config import SingletonConfigurable

from . import metrics
from .cluster_commands import ClusterCommands
from .errors import ClusterError
from .schedulers.job import Job
from .schedulers.scheduler import Scheduler


@dataclass(frozen=True)
class Look:
    """What one look at the queue showed."""

    began: float  # time.monotonic()
    jobs: dict[str, Job] = field(default_factory=dict)
    problem: str = ""  # not empty: the look failed, and says nothing about any job


class JobQueue(SingletonConfigurable):
    """All pollers share one look per interval; a look that fails says nothing about any job.

    Each scheduler has a class of its own below this one, which only names the scheduler.
    """

    scheduler: ClassVar[Scheduler]

    interval = Float(15, help="Seconds for which a look serves running servers.").tag(config=True)
    starting_interval = Float(1, help="Seconds for which a look serves servers that are starting.").tag(config=True)

    _last = Look(began=float("-inf"))
    _current: "asyncio.Task[Look] | None" = None

    @property
    def problem(self) -> str:
        """Why the last look failed; empty when it did not."""
        return self._last.problem

    async def look(self, max_age: float) -> Look:
        """A look that began at most `max_age` seconds ago; a new one if need be, shared by all who wait for it."""
        if time.monotonic() - self._last.began <= max_age:
            return self._last
        return await self._share()

    async def look_after(self, moment: float) -> Look:
        """A look that began after a moment of `time.monotonic()`: it knows what was submitted before."""
        while self._last.began <= moment:
            await self._share()
        return self._last

    async def _share(self) -> Look:
        if self._current is None or self._current.done():
            self._current = asyncio.create_task(self._query())
        return await asyncio.shield(self._current)

    async def _query(self) -> Look:
        began = time.monotonic()
        try:
            output = await ClusterCommands(config=self.config).queue()
            self._last = Look(began, self.scheduler.parse_queue(output))
            metrics.note_jobs(self._last.jobs.values(), time.time() - (time.monotonic() - began))
        except ClusterError as error:
            self.log.warning("The queue could not be looked at: %s", error)
            self._last = Look(began, problem=str(error))
        except Exception as error:  # whatever it is: unknown, never gone
            self.log.exception("The queue could not be looked at")
            self._last = Look(began, problem=f"{type(error).__name__}: {error}")
        if self._last.problem:
            metrics.QUEUE_LOOKS.labels("failed").inc()
        return self._last
