"""What somebody may know of the job of the own server, and nobody else: `GET /hub/api/user/job`."""

import json
from typing import Any

from jupyterhub.apihandlers import APIHandler
from jupyterhub.user import User
from tornado import web

from .errors import ClusterError
from .job_log import JobLog


class JobHandler(APIHandler):
    """There is no user name in the address: whoever asks is told of the own server."""

    async def get(self) -> None:
        """Answer with `ending` (why the last server is gone, or null) and `log`, the end of the last job's log.

        `log` has `job_id`, `text` and `problem`, which is not empty when the log could not be read.
        """
        user = self.current_user
        if not isinstance(user, User) or not self.has_scope(f"access:servers!server={user.name}/"):
            raise web.HTTPError(403, "Only the owner of a server is told of its job.")
        self.set_header("Cache-Control", "no-store")
        spawner = user.spawner
        ending = spawner.ending
        job_id = spawner.job_id or (ending.job_id if ending else "")
        self.finish(
            json.dumps(
                {"ending": ending.to_state() if ending else None, "log": await self._end_of_log(spawner, job_id)}
            )
        )

    async def _end_of_log(self, spawner: JobLog, job_id: str) -> dict[str, Any]:
        if not job_id:
            return {"job_id": "", "text": "", "problem": ""}
        try:
            text = await spawner.job_log_tail(job_id)
        except (ClusterError, ValueError) as error:
            self.log.warning("The log of job %s: %s", job_id, error)
            return {"job_id": job_id, "text": "", "problem": str(error)}
        return {"job_id": job_id, "text": text, "problem": ""}
