"""A server as a hub that has just started finds it.

JupyterHub's own check at its start ends every server that does not answer within `http_timeout`, whatever the reason.
Here only the scheduler says that a server ended: one that cannot be reached is left alone, and one that was still
starting goes on starting, in front of its user.
"""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, ClassVar
from urllib.parse import urlsplit

import jupyterhub
from batchspawner import JobStatus
from jupyterhub.objects import Server
from traitlets import Any as AnyTrait
from traitlets import Float

from .errors import ClusterError
from .server_address import ServerAddress

Ask = Callable[[float], Awaitable[Any]]

AT_ONCE = 100  # servers asked at a time: each takes 0.3 MB for its TLS, which a process does not give back


class ServerAfterRestart(Server):
    """The address of a server that an earlier hub started."""

    spawner = AnyTrait(help="Whose server it is.")

    async def wait_up(self, timeout: float = 10, **how: Any) -> Any:
        """The server's answer, or the assumption that it would answer if it could."""
        answer = super().wait_up
        return await self.spawner.confirm(lambda seconds: answer(timeout=seconds, **how), timeout)


class AfterRestart(ServerAddress):
    """Takes up the servers of an earlier hub."""

    _spawn_future: Any
    _turns: ClassVar = asyncio.Semaphore(AT_ONCE)

    restart_patience = Float(
        10, help="Seconds that a running server has to answer a hub that has just started, before it is left alone."
    ).tag(config=True)

    async def get_url(self) -> str:
        """Asked by a hub that has just started, of each server whose job has not ended, before it checks the server."""
        self.server = ServerAfterRestart(orm_server=self.orm_spawner.server, spawner=self)
        return str(self.server.url)

    async def confirm(self, ask: Ask, timeout: float) -> Any:
        """What JupyterHub takes for the server's answer.

        Args:
            ask: waits so many seconds for the server to answer
            timeout: seconds that a server that has just started has for it

        Raises:
            TimeoutError: the job ended; JupyterHub then cleans up after the server
        """
        if not self.port or self.server.port != self.port:
            return await self._go_on_starting(ask, timeout)
        try:
            async with self._turns:
                return await asyncio.wait_for(ask(self.restart_patience), self.restart_patience + 1)
        except TimeoutError:
            if await self._status(self._queue.starting_interval) == JobStatus.NOTFOUND:
                raise TimeoutError(str(await self._job_ended())) from None
        self.log.warning(
            "Server of %s does not answer at %s; its job %s has not ended, so it is left alone",
            *(self.user.name, self.server.url, self.job_id),
        )
        return _unheard()

    async def _go_on_starting(self, ask: Ask, timeout: float) -> Any:
        """Show the start as JupyterHub shows any: its user can watch it, and stop it."""
        start = self._spawn_future = asyncio.ensure_future(self._finish_start(ask, timeout))
        self._spawn_pending, self._check_pending = True, False
        start.add_done_callback(self._started)
        await asyncio.wait([start])
        if start.cancelled():  # its user stopped it, and may have another by now
            self.poll_interval = 0
            return _unheard()
        if error := start.exception():
            self.log.warning("Server of %s, starting when the hub was restarted: %s", self.user.name, error)
            if isinstance(error, ClusterError):
                self.ending = self._ending_of(error)
            raise TimeoutError(str(error)) from error
        self._spawn_future = None
        return start.result()

    def _started(self, _: object) -> None:
        self._spawn_pending = False

    async def _finish_start(self, ask: Ask, timeout: float) -> Any:
        self._announced = asyncio.Event()
        host = await self._wait_for_port()  # for as long as the job lives
        address = urlsplit(self.server_url(host))
        self.server.proto, self.server.ip, self.server.port = address.scheme, address.hostname, self.port
        self._save()
        await self._wait_for_server(host)
        answer = await ask(timeout)
        await self.user.settings["proxy"].add_user(self.user, self.name)
        self.log.info("Server of %s: job %s at %s:%s", self.user.name, self.job_id, host, self.port)
        return answer


def _unheard() -> Any:
    return SimpleNamespace(headers={"X-JupyterHub-Version": jupyterhub.__version__})
