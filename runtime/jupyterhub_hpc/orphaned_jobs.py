"""Which jobs are this hub's, and which of them belong to no server: those are cancelled, whatever lost them."""

import hashlib
import re
import secrets

from .job_cancellation import JobCancellation
from .schedulers.job import Job


class OrphanedJobs(JobCancellation):
    """Marks jobs with a name of this hub, and cancels those of one user that no server knows."""

    @property
    def hub_mark(self) -> str:
        """What the marks of this hub begin with: another hub's jobs, whatever their name, are none of its business."""
        address = self.hub_connect_url or self.hub.url
        return hashlib.sha256(address.rstrip("/").encode()).hexdigest()[:8]

    def new_mark(self) -> str:
        """A mark for a new job: 16 hexadecimal digits."""
        return self.hub_mark + secrets.token_hex(4)

    async def cancel_orphans(self, suspects: list[Job]) -> None:
        """Cancel those of this user's jobs that bear a mark of this hub and belong to none of the user's servers.

        A mark can be forged, but only its owner's jobs are asked for and cancelled.

        Args:
            suspects: running or waiting jobs of this user which are no server's

        Raises:
            ClusterError: the cluster does not answer, or a job could not be cancelled
        """
        username = self._checked_username()
        marks = self.scheduler.parse_marks(await self._cluster.find(username))
        submitting = {spawner.spawn_id for spawner in self.user.spawners.values() if not spawner.job_id}
        for job in suspects:
            mark = marks.get(job.job_id, "")
            if re.fullmatch(f"{self.hub_mark}[0-9a-f]{{8}}", mark) and mark not in submitting:
                self.log.warning("Job %s of %s belongs to no server", job.job_id, username)
                await self._cancel(username, job.job_id)
