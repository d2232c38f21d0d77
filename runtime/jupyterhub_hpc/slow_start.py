"""What is said of a server that did not come up in time."""

from .ending import Ending
from .errors import ClusterError, JobEnded
from .job_state import JobState
from .schedulers.job import Phase

_CANCELLED = "It is cancelled now."


class SlowStart(JobState):
    """Names what it was waiting for: the queue, the job or the network."""

    def _too_slow(self) -> ClusterError:
        """The error for a start that took longer than `start_timeout`, by how far it got."""
        minutes = (
            f"{self.start_timeout / 60:.0f} minutes" if self.start_timeout >= 120 else f"{self.start_timeout} seconds"
        )
        job, name = self._job, self.scheduler.NAME
        if not self.job_id:
            return ClusterError(
                f"{name} did not take the job within {minutes}.",
                "Try again in a few minutes; if it stays so, show this to the people who run the cluster.",
            )
        if job is None or job.phase == Phase.UNKNOWN:
            return ClusterError(
                f"{name} did not tell within {minutes} where job {self.job_id} is. {_CANCELLED}",
                "Try again in a few minutes; if it stays so, show this to the people who run the cluster.",
            )
        if job.phase == Phase.PENDING:
            waiting = self.scheduler.waiting(job)
            return self._given_up(
                f"{waiting.sentence} Servers are waited for {minutes}, and that time is over. {_CANCELLED}",
                waiting.next_step or "Ask for less, choose another partition or queue, or try again later.",
            )
        return self._given_up(
            f"Job {self.job_id} runs on {job.host}, but its server has not told the hub its port within {minutes}. "
            f"{_CANCELLED}",
            "Look at the end of its log. A home directory or an environment that is slow to read, or a hub that the "
            "node does not reach, are the usual reasons. Start again, or show it to the people who run the cluster.",
        )

    def _given_up(self, what: str, next_step: str) -> JobEnded:
        return JobEnded(Ending(what, next_step, self.job_id))
