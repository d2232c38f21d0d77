"""Looks for jobs that no server knows: a stop or a start whose last word did not get through, and a hub that died then.

The queue is the truth: nothing has to be remembered over a restart.
"""

import logging
import time
from collections.abc import Iterable, Mapping
from typing import Any

from jupyterhub import orm

from .errors import ClusterError
from .metrics import CANCELLATIONS_PENDING
from .schedulers.job import Job, Phase


class Orphans:
    """Has jobs cancelled that have belonged to no server for some time."""

    def __init__(self, users: Any, grace: float, log: logging.Logger) -> None:
        """Make one for a hub.

        Args:
            users: JupyterHub's users; nobody else's jobs are touched, so that a hub with a new database cancels nothing
            grace: seconds for which a job must have been nobody's
            log: where what is done is told
        """
        self._users = users
        self._grace = grace
        self._log = log
        self._since: dict[str, float] = {}

    async def look(self) -> None:
        """One look at the queue, shared with everybody else's."""
        spawner = self._any_spawner()
        if spawner is None:
            return
        look = await spawner._queue.look(spawner._queue.interval)
        if look.problem:
            return
        known = {spawner.job_id for user in self._users.values() for spawner in user.spawners.values()}
        suspects = nobodys(look.jobs, known)
        now = time.monotonic()
        self._since = {job.job_id: self._since.get(job.job_id, now) for job in suspects}
        overdue = [job for job in suspects if now - self._since[job.job_id] >= self._grace]
        pending = 0
        for name in {job.user for job in overdue}:
            user, jobs = self._users.get(name), [job for job in overdue if job.user == name]
            if user is None:
                continue
            try:
                await user.spawners[""].cancel_orphans(jobs)
            except (ClusterError, ValueError) as error:
                self._log.warning("Jobs of %s that belong to no server: %s", name, error)
                pending += len(jobs)
        CANCELLATIONS_PENDING.set(pending)

    def _any_spawner(self) -> Any:
        user = self._users.db.query(orm.User).first()
        return self._users[user].spawners[""] if user else None


def nobodys(jobs: Mapping[str, Job], known: Iterable[str]) -> list[Job]:
    """The jobs that wait or run and are none of the known ones."""
    known = set(known)
    return [job for job in jobs.values() if job.phase in (Phase.PENDING, Phase.RUNNING) and job.job_id not in known]
