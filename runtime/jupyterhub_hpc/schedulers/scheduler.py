"""What the hub needs from a scheduler: a module such as `slurm` has these names, as plain functions.

What is run there is not decided here: components/schedulers says it to the login nodes' program, which alone runs it.
"""

from typing import Protocol

from .explanation import Explanation
from .job import Job
from .job_exit import JobExit


class Scheduler(Protocol):
    """Commands, their answers, and words for people."""

    @property
    def NAME(self) -> str:
        """What people call it."""

    @property
    def RECORD_SECONDS(self) -> float:
        """Seconds after which a job that has left the queue is recorded, or will not be."""

    def parse_submitted(self, output: str) -> str:
        """The job id in what `submit` printed.

        Raises:
            ValueError: there is none. The message is fit to be shown.
        """

    def may_have_submitted(self, stderr: str) -> bool:
        """Whether `submit` failed without knowing if there is a job now."""

    def already_gone(self, stderr: str) -> bool:
        """Whether `cancel` failed because there is no such job any more."""

    def parse_queue(self, output: str) -> dict[str, Job]:
        """The jobs in what `queue` printed, by id."""

    def parse_hidden(self, output: str) -> str:
        """Why the hub is not shown other people's jobs, and the next step, in what `privacy` printed; empty: it is."""

    def parse_marks(self, output: str) -> dict[str, str]:
        """The marks in what `find` printed, by job id.

        Raises:
            ValueError: it is no answer
        """

    def parse_found(self, output: str, mark: str) -> str:
        """The id of the job with a mark in what `find` printed, or empty."""

    def unexplained(self, job: Job) -> bool:
        """Whether the queue does not say why a job is as it is, though `job` would."""

    def parse_reason(self, output: str) -> str:
        """Why a job is as it is, in what `job` printed; empty: that does not say it."""

    def parse_exit(self, output: str) -> JobExit:
        """How the job ended of which `job` printed this.

        Raises:
            ValueError: that does not say it, or not yet
        """

    def refusal(self, stderr: str) -> Explanation | None:
        """Why the scheduler took no job, for its user; None when these are not the scheduler's words."""

    def waiting(self, job: Job) -> Explanation:
        """Why a job waits, for its user."""

    def ending(self, job_id: str, job: Job | None, ended: JobExit) -> Explanation:
        """Why a job ended, for its user. `job` is its last line of the queue, as far as there was one."""
