"""Stopping a server: its job is cancelled, now or when the cluster answers again."""

import asyncio
import time

from .errors import ClusterError
from .job_tracking import JobTracking
from .login_nodes import failure
from .metrics import CANCELLATIONS_PENDING
from .schedulers.job import Phase


class JobCancellation(JobTracking):
    """Cancels as the job's user."""

    async def stop(self, now: bool = False) -> None:
        """Cancel the job, and see it end. While the cluster does not answer, the job is left to `orphans`."""
        if not self.job_id and self.spawn_id:
            await self._find_submitted()  # its submission was given up before there was an answer
        if not self.job_id:
            return
        username = self._checked_username()
        try:
            await self._cancel(username, self.job_id)
        except ClusterError as error:
            # orphans.py: from then on it belongs to no server
            self.log.error(
                "Job %s of %s will be cancelled when that is possible again: %s", self.job_id, username, error
            )
            CANCELLATIONS_PENDING.inc()
            return
        if now:
            return
        cancelled = time.monotonic()
        while time.monotonic() < cancelled + 15:
            look = await self._queue.look_after(max(cancelled, time.monotonic() - 0.5))
            job = look.jobs.get(self.job_id)
            if not look.problem and (job is None or job.phase == Phase.ENDED):
                return
            await asyncio.sleep(0.5)
        self.log.warning("Job %s was cancelled, and is still there", self.job_id)

    async def _cancel(self, username: str, job_id: str) -> None:
        self.log.info("Cancelling job %s of %s", job_id, username)
        result = await self._cluster.cancel(username, job_id)
        if result.exit_status != 0 and not self.scheduler.already_gone(result.stderr):
            raise ClusterError(f"Job {job_id} could not be cancelled: {failure(['cancel'], result)[:500]}")
