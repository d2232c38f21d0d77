"""Why a job waits, where the queue does not say it: asked for once, and again when the job's state changes."""

from dataclasses import replace

from .errors import ClusterError
from .job_state import JobState
from .schedulers.explanation import one_line
from .schedulers.job import Job


class JobReason(JobState):
    """Adds the reason to the job that the queue shows."""

    _reason: tuple[tuple[str, str], str] = (("", ""), "")  # job and state, and what was said of them

    async def _with_reason(self, job: Job) -> Job:
        if not self.scheduler.unexplained(job):
            return job
        asked = (job.job_id, job.state)
        if self._reason[0] != asked:
            self._reason = (asked, "")  # whoever comes meanwhile does not ask too
            try:
                result = await self._cluster.job(job.job_id)
                self._reason = (asked, one_line(self.scheduler.parse_reason(result.stdout), 400))
            except ClusterError as error:
                self.log.warning("Why job %s is in state %s could not be told: %s", job.job_id, job.state, error)
                self._reason = (("", ""), "")
        return replace(job, reason=self._reason[1])
