"""Where a server can be reached: its node from the queue, its port from the job itself."""

import asyncio
import time

from batchspawner import JobStatus
from traitlets import Unicode

from .errors import ClusterError
from .job_tracking import JobTracking


class ServerAddress(JobTracking):
    """Waits for the address for as long as the job lives, and no longer."""

    node_domain = Unicode("", help="Put after a node's name to reach it from the hub.").tag(config=True)

    _announced: asyncio.Event | None = None

    def announce_port(self, port: int) -> bool:
        """Called by the port API. False when the port is known already: a server tells it once."""
        if self.port:
            return bool(port == self.port)
        self.port = port
        self._save()
        if self._announced is not None:
            self._announced.set()
        return True

    async def get_url(self) -> str:
        """Asked after a restart of the hub: the server's address, waiting for it when it was still starting."""
        if self.server.port and self.server.port == self.port:
            return str(self.server.url)
        self._announced = asyncio.Event()
        try:
            async with asyncio.timeout(self.start_timeout):
                host = await self._wait_for_port()
        except (ClusterError, TimeoutError) as error:
            self.log.warning("Server of %s, starting when the hub was restarted: %s", self.user.name, error)
            return str(self.server.url)
        return f"http://{host}:{self.port}"

    async def _wait_for_port(self) -> str:
        while True:
            status = await self._status(self._queue.starting_interval)
            if status == JobStatus.NOTFOUND:
                raise await self._job_ended()
            if status == JobStatus.RUNNING and self.port and self._job and self._job.host:
                return self._job.host + (f".{self.node_domain}" if self.node_domain else "")
            await self._pause()

    async def _pause(self) -> None:
        """Until the next look at the queue, or the port's announcement, whichever is first."""
        if self._announced is None or self.port:
            await asyncio.sleep(self.startup_poll_interval)
            return
        try:
            await asyncio.wait_for(self._announced.wait(), self._queue.starting_interval)
        except TimeoutError:
            return

    async def _wait_for_server(self, host: str) -> None:
        """Until the server listens, or its job ended: JupyterHub itself would only ever look at the address."""
        deadline = time.monotonic() + self.http_timeout
        while True:
            try:
                _, writer = await asyncio.wait_for(asyncio.open_connection(host, self.port), 5)
            except (OSError, TimeoutError) as error:
                problem = str(error) or "timeout"
            else:
                writer.close()
                return
            if await self._status(self._queue.starting_interval) == JobStatus.NOTFOUND:
                raise await self._job_ended()
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"Job {self.job_id} runs on {host}, but the hub cannot reach its server on port {self.port} "
                    f"({problem}).",
                    "Start again; if it stays so, show this to the people who run the cluster: "
                    "the name of the node, and the firewall between hub and compute nodes.",
                )
            await asyncio.sleep(self.startup_poll_interval)
