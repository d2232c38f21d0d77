"""Where a server's job is: polling, finding it again by its mark, and why it ended."""

import asyncio
import time
from typing import Any

from batchspawner import JobStatus

from .ending import Ending
from .errors import ClusterError, JobEnded
from .job_queue import Look
from .job_reason import JobReason
from .schedulers.job import Phase
from .schedulers.job_exit import JobExit

_STATUS = {
    Phase.PENDING: JobStatus.PENDING,
    Phase.RUNNING: JobStatus.RUNNING,
    Phase.UNKNOWN: JobStatus.UNKNOWN,
    Phase.ENDED: JobStatus.NOTFOUND,
}


class JobTracking(JobReason):
    """Polls through the common queue. Unknown is never gone."""

    _callbacks: list[Any]

    async def poll(self) -> int | None:
        """None while the server may be running; 1 when the scheduler says that its job ended."""
        try:
            if await self.query_job_status() != JobStatus.NOTFOUND:
                return None
            if self.job_id and not (self.ending and self.ending.job_id == self.job_id):
                self.ending = await self._why_ended()
                self.log.warning("Server of %s: %s", self.user.name, self.ending.what)
        except Exception:  # JupyterHub takes an error for the server's end
            self.log.exception("Server of %s: where its job is could not be told", self.user.name)
            return None
        self.clear_state()
        return 1

    async def poll_and_notify(self) -> int | None:
        """Poll, and have the hub clean up after a server that ended: again at the next poll when that failed."""
        callbacks = list(self._callbacks)
        status: int | None = await super().poll_and_notify()
        if status is not None and callbacks and self.server is not None and not self._stop_pending:
            self._callbacks = callbacks
            self.start_polling()
        return status

    async def query_job_status(self) -> JobStatus:
        """Where the job is. A question that was not answered means unknown."""
        return await self._status(self._queue.interval)

    async def _status(self, max_age: float) -> JobStatus:
        if not self.job_id and self.spawn_id:
            look = await self._find_submitted()
            if not self.job_id:
                return await self._status_of_missing(look)
        if not self.job_id:
            return JobStatus.NOTFOUND
        look = await self._queue.look(max_age)
        job = look.jobs.get(self.job_id)
        if job is None:
            return await self._status_of_missing(look)
        job = await self._with_reason(job)
        self._missing_since, self._unseen, self._job = None, "", job
        self.job_status = f"{job.state} {job.host}"
        return _STATUS[job.phase]

    async def _status_of_missing(self, look: Look) -> JobStatus:
        """A job that a look does not show: unknown, until two good looks since its submission have missed it."""
        if look.problem or look.began <= self._submitted_at:
            return JobStatus.UNKNOWN
        if self._missing_since is None or self._missing_since == look.began:
            self._missing_since = look.began
            return JobStatus.UNKNOWN
        self._unseen = await self._queue.hidden(look)
        return JobStatus.UNKNOWN if self._unseen else JobStatus.NOTFOUND

    async def _find_submitted(self) -> Look:
        """Look for the job that bears this spawn's id. What it returns may have a problem: then nothing is known."""
        asked = time.monotonic()
        try:
            output = await self._cluster.find(self.user.name)
            job_id = self.scheduler.parse_found(output, self.spawn_id)
        except (ClusterError, ValueError) as error:
            self.log.warning("The job of %s could not be looked for: %s", self.user.name, error)
            return Look(asked, problem=str(error))
        if not job_id:
            return Look(asked)
        look = await self._queue.look_after(asked)
        job = look.jobs.get(job_id)
        if job is not None and job.user == self.user.name:
            self.job_id = job_id
            self.log.info("Found job %s of %s by its mark", job_id, self.user.name)
        return look

    async def _why_ended(self) -> Ending:
        """Why the job ended, from what the queue shows and from what the scheduler recorded."""
        job_id = self.job_id
        if not job_id:
            what = "There is no job: it was cancelled, or its submission did not reach the scheduler."
            return Ending(what, "Start again.")
        await self._settle()
        ended = await self._recorded_exit(job_id)
        explanation = self.scheduler.ending(job_id, self._job, ended)
        started = bool(self.server and self.server.port)
        return Ending(explanation.sentence, explanation.next_step, job_id, started)

    async def _settle(self) -> None:
        """Wait a little for a job that is still being cleared away: only then its scheduler says why it ended."""
        deadline = time.monotonic() + 6
        while self._job is not None and self._job.settling and time.monotonic() < deadline:
            look = await self._queue.look_after(time.monotonic())
            job = look.jobs.get(self.job_id)
            if job is None:
                return
            self._job = job
            if job.settling:
                await asyncio.sleep(self._queue.starting_interval)

    async def _recorded_exit(self, job_id: str) -> JobExit:
        """What the scheduler recorded; some do it a moment after the job has left the queue."""
        deadline = time.monotonic() + self.scheduler.RECORD_SECONDS
        while True:
            try:
                result = await self._cluster.job(job_id)
                return self.scheduler.parse_exit(result.stdout)
            except (ClusterError, ValueError) as error:
                if isinstance(error, ClusterError) or time.monotonic() > deadline:
                    self.log.warning("Job %s: %s", job_id, error)
                    return JobExit()
            await asyncio.sleep(self._queue.starting_interval)

    async def _job_ended(self) -> JobEnded:
        """The error for a job that ended before its server could be used."""
        return JobEnded(await self._why_ended())
