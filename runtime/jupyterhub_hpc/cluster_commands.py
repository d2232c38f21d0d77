"""What the hub may ask a login node for: the requests of the program there (runtime/gate), and its answers.

The words of a request are an operation, a checked user name and a job id. The login node checks them again, and refuses
in words for the user (errors.CommandFailed).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from traitlets.config import LoggingConfigurable

from .errors import ClusterError
from .login_node import Result
from .login_nodes import LoginNodes

_JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ClusterCommands(LoggingConfigurable):
    """The requests. All but `submit` may be made twice, and are made again on the next node if need be."""

    @property
    def _nodes(self) -> LoginNodes:
        nodes: LoginNodes = LoginNodes.instance(config=self.config)
        return nodes

    async def submit(self, username: str, script: str, environment: Mapping[str, str]) -> str:
        """Submit a job script as a user, and return what the scheduler's command printed.

        Args:
            username: a checked name
            script: the job script; it must hold no secret
            environment: of the job, as far as the names are listed in `LoginNodes.forwarded_environment`

        Raises:
            CommandFailed: it was refused
            Unanswered: what became of it is unknown
        """
        return await self._nodes.output(["submit", username], stdin=script, environment=environment, repeatable=False)

    async def cancel(self, username: str, job_id: str) -> Result:
        """Cancel a server of a user."""
        return await self._nodes.run(["cancel", username, _checked(job_id)], repeatable=True)

    async def queue(self) -> str:
        """Everybody's servers of this hub, as the scheduler prints them."""
        return await self._nodes.output(["queue"], repeatable=True)

    async def find(self, username: str) -> str:
        """A user's servers with the marks that the hub wrote on them, as the scheduler prints them."""
        return await self._nodes.output(["find", username], repeatable=True)

    async def job(self, job_id: str) -> Result:
        """All that the scheduler knows of a job."""
        return await self._nodes.run(["job", _checked(job_id)], repeatable=True)

    async def log(self, username: str, job_id: str) -> str:
        """The last 8 kB of a job's log. Its user may have written anything there, and nobody else may see it."""
        return await self._nodes.output(["log", username, _checked(job_id)], repeatable=True)

    async def partitions(self) -> str:
        """What the form shows of the partitions, as the scheduler prints it."""
        return await self._nodes.output(["partitions"], repeatable=True)

    async def privacy(self) -> str:
        """What tells whether the scheduler hides other people's jobs from the hub, as it prints it."""
        return await self._nodes.output(["privacy"], repeatable=True)

    async def account(self, username: str) -> Mapping[str, Any]:
        """`name`, `uid`, `home` and `shell` of a user who may use the service.

        Raises:
            CommandFailed: there is no such user, or he may not use it
        """
        printed = await self._nodes.output(["account", username], repeatable=True)
        try:
            fields = json.loads(printed)
        except ValueError:
            fields = None
        if not isinstance(fields, dict) or fields.get("name") != username:
            raise ClusterError(f"A login node gave no account of {username} but {printed.strip()[:200]!r}.")
        return fields


def _checked(job_id: str) -> str:
    if not _JOB_ID.fullmatch(job_id):
        raise ValueError(f"{job_id!r} is no job id")
    return job_id
