"""The scheduler's queue, looked at once for everybody."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import ClassVar

from traitlets import Float
from traitlets.config import SingletonConfigurable

from . import metrics
from .cluster_commands import ClusterCommands
from .errors import MEANWHILE, ClusterError, CommandFailed
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
    fresh = Float(5, help="Seconds for which a look serves to tell that the scheduler answers.").tag(config=True)
    starting_interval = Float(1, help="Seconds for which a look serves servers that are starting.").tag(config=True)
    retry_interval = Float(5, help="Seconds between looks while they fail, so that nobody has to try it out.").tag(
        config=True
    )

    _last = Look(began=float("-inf"))
    _current: "asyncio.Task[Look] | None" = None
    _retry: "asyncio.Task[None] | None" = None
    _hidden: tuple[float, str] = (float("-inf"), "")

    @property
    def problem(self) -> str:
        """Why the last look failed; empty when it did not."""
        return self._last.problem

    def read(self, output: str) -> dict[str, Job]:
        """The jobs of this hub in what `queue` printed, by id."""
        return self.scheduler.parse_queue(output)

    async def require_answer(self) -> None:
        """Return when the scheduler answers; fail at once while it is known not to.

        Raises:
            ClusterError: naming what is down
        """
        look = self._last if self.problem else await self.look(self.fresh)
        if look.problem:
            raise self.silent(look.problem)

    def silent(self, problem: str) -> ClusterError:
        """The error for a start, or a form, that needs an answer which the scheduler does not give."""
        return ClusterError(f"{self.scheduler.NAME} cannot be asked, so no server can be started. {problem}")

    async def hidden(self, look: Look) -> str:
        """Why a look may be empty though there are jobs; empty when it shows all there are.

        A scheduler that hides other people's jobs gives no error, but an empty answer: every server would look ended.
        """
        if look.jobs:
            return ""
        if self._hidden[0] != look.began:
            try:
                output = await ClusterCommands(config=self.config).privacy()
                self._hidden = (look.began, self.scheduler.parse_hidden(output))
            except ClusterError as error:
                self._hidden = (look.began, str(error))
            if self._hidden[1]:
                self.log.error("%s", self._hidden[1])
        return self._hidden[1]

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
        began, before = time.monotonic(), self.problem
        try:
            output = await ClusterCommands(config=self.config).queue()
            self._last = Look(began, self.read(output))
            metrics.note_jobs(self._last.jobs.values(), time.time() - (time.monotonic() - began))
        except ClusterError as error:
            self._last = Look(began, problem=f"{error} {MEANWHILE}" if isinstance(error, CommandFailed) else str(error))
        except Exception as error:  # whatever it is: unknown, never gone
            self.log.exception("The queue could not be looked at")
            self._last = Look(began, problem=f"{type(error).__name__}: {error}")
        if self.problem != before:  # and not at each of the looks that fail in the same way
            what = f"cannot be looked at: {self.problem}" if self.problem else "answers again"
            self.log.warning("The queue %s", what)
        if self.problem:
            metrics.QUEUE_LOOKS.labels("failed").inc()
            if self._retry is None or self._retry.done():
                self._retry = asyncio.create_task(self._retry_until_answered())
        return self._last

    async def _retry_until_answered(self) -> None:
        while self.problem:
            await asyncio.sleep(self.retry_interval)
            await self._share()
