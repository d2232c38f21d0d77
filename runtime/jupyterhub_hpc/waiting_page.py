"""What the user reads while a server starts."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from .job_state import JobState
from .schedulers.job import Phase


class WaitingPage(JobState):
    """Puts the job's way through the queue into words."""

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What the user sees while waiting."""
        shown = None
        while True:
            percent, message = self._step()
            if self.job_id and self._queue.problem:
                message = f"The cluster does not answer at the moment: {self._queue.problem}"
            if message != shown:
                shown = message
                yield {"progress": percent, "message": message}
            await asyncio.sleep(0.5)

    def _step(self) -> tuple[int, str]:
        """How far it is, in percent and in words."""
        job = self._job
        if not self.job_id:
            return 10, f"Asking {self.scheduler.NAME} for a job..."
        if job is None or job.phase == Phase.UNKNOWN:
            return 20, f"Job {self.job_id} is submitted."
        if job.phase == Phase.PENDING:
            return 30, self.scheduler.waiting(job)
        if self.port:
            return 90, f"The server runs on {job.host}. Connecting..."
        return 60, f"Job {self.job_id} runs on {job.host}. Starting the server..."
