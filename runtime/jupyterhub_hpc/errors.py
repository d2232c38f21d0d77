"""Errors that are shown to people, on a page or in the REST API's answer."""

from tornado.web import HTTPError

from .ending import Ending

MEANWHILE = "Running servers are not affected. Try again in a few minutes, or tell the people who run this cluster."


class ClusterError(HTTPError):
    """Something on the cluster failed. The message names where, what was said, and the next step.

    It goes to logs and to everybody who may know of a server, so it never holds anything out of a user's files.
    """

    status = 503
    cause = "cluster"  # of a failed start, as the metrics name it: one of `metrics.OUTCOMES`

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(self.status, message)
        self.what = message
        self.next_step = next_step
        self.message = f"{message} Next: {next_step}" if next_step else message
        self.jupyterhub_message = self.message  # what JupyterHub shows on its pages

    def __str__(self) -> str:
        return self.message


class Unreachable(ClusterError):
    """No login node could be reached, so nothing was done."""

    cause = "unreachable"


class Unanswered(ClusterError):
    """A command was sent and no answer came back: whether it was done is unknown."""

    cause = "unanswered"


class CommandFailed(ClusterError):
    """A command ran and failed."""

    cause = "command"

    def __init__(self, message: str, exit_status: int | None, stderr: str) -> None:
        super().__init__(message)
        self.exit_status = exit_status
        self.stderr = stderr


class JobRefused(ClusterError):
    """The scheduler took no job. There is nothing to look for and nothing to cancel."""

    cause = "job refused"


class OptionRefused(ClusterError):
    """What was asked for is not offered."""

    status = 400
    cause = "refused"


class JobEnded(ClusterError):
    """The job ended before its server could be used."""

    cause = "job ended"

    def __init__(self, ending: Ending) -> None:
        log = f" Its log is {ending.log} on the cluster." if ending.job_id else ""
        super().__init__(f"{ending.what}{log}", ending.next_step)
        self.ending = ending
