"""What the hub needs from a scheduler: a module such as `slurm` has these names, as plain functions.

`directory` is where the scheduler's commands are on the login nodes. Commands are argument vectors; the only words in
them that come from outside are a checked user name, the configured job name and a checked job id.
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

    def submit_command(self, directory: str, username: str) -> list[str]:
        """Submit the script on standard input as a user."""

    def parse_submitted(self, output: str) -> str:
        """The job id in what `submit_command` printed.

        Raises:
            ValueError: there is none. The message is fit to be shown.
        """

    def may_have_submitted(self, stderr: str) -> bool:
        """Whether `submit_command` failed without knowing if there is a job now."""

    def cancel_command(self, directory: str, username: str, job_id: str) -> list[str]:
        """Cancel a user's job."""

    def already_gone(self, stderr: str) -> bool:
        """Whether `cancel_command` failed because there is no such job any more."""

    def queue_command(self, directory: str, job_name: str) -> list[str]:
        """Everybody's jobs of this hub. Nothing that a user can write may be in the answer: it would forge lines."""

    def parse_queue(self, output: str) -> dict[str, Job]:
        """The jobs in the output of `queue_command`, by id."""

    def find_command(self, directory: str, job_name: str, username: str) -> list[str]:
        """The jobs of one user, with the marks that the hub wrote on them."""

    def parse_found(self, output: str, mark: str) -> str:
        """The id of the job with a mark in the output of `find_command`, or empty."""

    def job_command(self, directory: str, job_id: str) -> list[str]:
        """All that the scheduler knows of one job."""

    def parse_exit(self, output: str) -> JobExit:
        """How the job of `job_command` ended."""

    def refusal(self, stderr: str) -> Explanation | None:
        """Why the scheduler took no job, for its user; None when these are not the scheduler's words."""

    def waiting(self, job: Job) -> Explanation:
        """Why a job waits, for its user."""

    def ending(self, job_id: str, job: Job | None, ended: JobExit) -> Explanation:
        """Why a job ended, for its user. `job` is its last line of the queue, as far as there was one."""
