"""Servers as jobs, submitted on a login node, for users the hub's host does not have: the part common to schedulers."""

import asyncio
from typing import Any

from traitlets import default

from .accounts import Accounts
from .after_restart import AfterRestart
from .authority import Authority
from .errors import ClusterError, OptionRefused
from .job_log import JobLog
from .job_submission import JobSubmission
from .options import JobOptions
from .orphaned_jobs import OrphanedJobs
from .port_api import token_digest
from .slow_start import SlowStart
from .waiting_page import WaitingPage


class ClusterSpawner(JobSubmission, AfterRestart, OrphanedJobs, SlowStart, JobLog, WaitingPage):
    """batchspawner over SSH: no local users, unknown is never gone, and every option checked where it is used.

    A scheduler's spawner derives from its form first, whose `checked_options` says what may be asked for, and then from
    this class; it names its `scheduler` and its `queue_class`.
    """

    def checked_options(self) -> JobOptions:
        """`user_options`, whatever way they came, as options fit for a job script.

        Raises:
            OptionRefused: naming the option, the value and what is offered
        """
        raise NotImplementedError

    async def look_at_limits(self) -> None:
        """Find out what the scheduler allows now, where `checked_options` goes by that."""

    @default("apply_user_options")
    def _apply_user_options_default(self) -> Any:
        return lambda spawner, options: None  # start() does that, after checking them

    def options_from_query(self, query_data: dict[str, Any]) -> Any:
        """The address bar's options. Links elsewhere carry some too, and following one must not start a server.

        Raises:
            OptionRefused: the browser says that another site led here; the form is shown instead
        """
        handler = getattr(self, "handler", None)
        led_by = handler.request.headers.get("Sec-Fetch-Site", "none") if handler else "none"
        if led_by not in ("none", "same-origin"):
            raise OptionRefused("A link on another page asked for a server. Choose here what you want, and start it.")
        return super().options_from_query(query_data)

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Nothing: the job script sets USER, HOME and SHELL, and there is no such user here."""
        return env

    def get_env(self) -> dict[str, str]:
        """The environment of the server, as far as it comes from the hub."""
        env = {name: str(value) for name, value in super().get_env().items() if value is not None}
        return {**env, "JUPYTERHUB_HPC_AUTHORITY": Authority.instance(config=self.config).public}

    async def start(self) -> str:
        """Submit the job, and wait until its server can be used: its address.

        Raises:
            ClusterError: why it cannot be. The same is kept as `ending`, for the user who looks at it later.
        """
        try:
            address = await self._start_within()
        except ClusterError as error:
            self.ending = self._ending_of(error)
            raise
        self.ending = None
        return address

    async def _start_within(self) -> str:
        """`_start` with a time limit a little below JupyterHub's, which says nothing but that it is over."""
        try:
            async with asyncio.timeout(self.start_timeout * 0.95) as limit:
                return await self._start()
        except TimeoutError:
            if not limit.expired():
                raise
            raise self._too_slow() from None

    async def _start(self) -> str:
        username = self._checked_username()
        await self.look_at_limits()
        options = self.checked_options()
        await self._queue.require_answer()
        account = await Accounts.instance(config=self.config).lookup(username)
        self.default_url = options.default_url
        self.ip, self.port = self.traits()["ip"].default_value, 0
        if self.server:
            self.server.port = 0
        self._announced = asyncio.Event()
        self.token_digest, self.server_key = token_digest(self.api_token), ""
        self.spawn_id = self.new_mark()
        self._save()
        await self._submit(account, options)
        host = await self._wait_for_port()
        self._save()
        await self._wait_for_server(host)
        self.log.info("Server of %s: job %s at %s:%s", username, self.job_id, host, self.port)
        return self.server_url(host)
