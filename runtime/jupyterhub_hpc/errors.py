"""Errors that are shown to people, on a page or in the REST API's answer."""

from tornado.web import HTTPError


class ClusterError(HTTPError):
    """Something on the cluster failed. The message names where, what was said, and the next step."""

    status = 503

    def __init__(self, message: str) -> None:
        super().__init__(self.status, message)
        self.message = message
        self.jupyterhub_message = message  # what JupyterHub shows on its pages

    def __str__(self) -> str:
        return self.message


class Unreachable(ClusterError):
    """No login node could be reached, so nothing was done."""


class Unanswered(ClusterError):
    """A command was sent and no answer came back: whether it was done is unknown."""


class CommandFailed(ClusterError):
    """A command ran and failed."""

    def __init__(self, message: str, exit_status: int | None, stderr: str) -> None:
        super().__init__(message)
        self.exit_status = exit_status
        self.stderr = stderr


class OptionRefused(ClusterError):
    """What was asked for is not offered."""

    status = 400


class JobEnded(ClusterError):
    """The job ended before its server could be used."""
