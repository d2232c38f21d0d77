"""What the user reads while a server starts."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from .job_state import JobState
from .schedulers.explanation import Explanation
from .schedulers.job import Phase


class WaitingPage(JobState):
    """Puts the job's way through the queue into words."""

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What the user sees while waiting: a sentence, and the job's facts for the page to lay out.

        Beside JupyterHub's own `progress` and `message` an event has `next_step`, and `job`: `id`, `state`, `reason`,
        `expected_start` and `host`, in the scheduler's own words, empty where it has none.
        """
        shown = None
        while True:
            event = self._event()
            if event != shown:
                shown = event
                yield dict(event)
            await asyncio.sleep(0.5)

    def _event(self) -> dict[str, Any]:
        percent, said = self._step()
        if self.job_id and self._queue.problem:
            said = Explanation(f"The cluster does not answer at the moment: {self._queue.problem}")
        job = self._job
        facts = {
            "id": self.job_id,
            "state": job.state if job else "",
            "reason": job.reason if job else "",
            "expected_start": job.expected_start if job and job.phase == Phase.PENDING else "",
            "host": job.host if job else "",
        }
        return {"progress": percent, "message": said.what, "next_step": said.next_step, "job": facts}

    def _step(self) -> tuple[int, Explanation]:
        """How far it is, in percent and in words."""
        job = self._job
        if not self.job_id:
            return 10, Explanation(f"Asking {self.scheduler.NAME} for a job...")
        if job is None or job.phase == Phase.UNKNOWN:
            return 20, Explanation(f"Job {self.job_id} is submitted.")
        if job.phase == Phase.PENDING:
            return 30, self.scheduler.waiting(job)
        if job.phase == Phase.ENDED:
            return 95, Explanation(f"Job {self.job_id} ended. Finding out why...")
        if self.port:
            return 90, Explanation(f"The server runs on {job.host}. Connecting...")
        return 60, Explanation(f"Job {self.job_id} runs on {job.host}. Starting the server...")
