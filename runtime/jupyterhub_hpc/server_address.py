"""Where a server can be reached, and what it is known by: its node from the queue, port and key from the job itself."""

import asyncio
import time

from batchspawner import JobStatus
from traitlets import Unicode

from .authority import Authority
from .certificate_request import key_digest, requested_key
from .errors import ClusterError
from .job_tracking import JobTracking
from .server_host import server_host

_LOOK_AGAIN = 0.1  # seconds: its user waits, and a look is one TCP connection


class KnownAlready(Exception):
    """Another port or key was announced for a server that has announced its own."""


class NodeUnknown(Exception):
    """The scheduler has not said yet where the job runs."""


class ServerAddress(JobTracking):
    """Waits for the address for as long as the job lives, and no longer."""

    node_domain = Unicode("", help="Put after a node's name to reach it from the hub.").tag(config=True)

    _announced: asyncio.Event | None = None

    async def announce(self, port: int, request: str) -> str:
        """Called by the port API: note the port, and certify the key of a request for this server's name.

        A server tells this once; told again, after an answer that was lost, it is certified again.

        Raises:
            RequestRefused: the request is not as the launcher makes it
            KnownAlready: another port or key was announced before
            NodeUnknown: ask again
        """
        key = requested_key(request)
        announced = (port, key_digest(key))
        host = server_host(await self._node_now(), self.spawn_id)
        if self.port and (self.port, self.server_key) != announced:
            raise KnownAlready
        if not self.port:
            self.port, self.server_key = announced
            self._save()
        if self._announced is not None:
            self._announced.set()
        certificate: str = Authority.instance(config=self.config).certify_server(key, host)
        return certificate

    def server_url(self, node: str) -> str:
        """The address of the server on a node, by a name that is certified for this spawn and for no other."""
        return f"https://{server_host(node, self.spawn_id)}:{self.port}"

    async def _node_now(self) -> str:
        """The node of a job that runs, by a new look at the queue where the last one was too early."""
        if self.job_id:  # a job may run before the answer to its submission has arrived
            for max_age in (self._queue.starting_interval, 0):
                if await self._status(max_age) == JobStatus.RUNNING and self._node:
                    return self._node
        raise NodeUnknown

    @property
    def _node(self) -> str:
        """The job's node as the hub reaches it; empty while that is not known."""
        if not self._job or not self._job.host:
            return ""
        return self._job.host + (f".{self.node_domain}" if self.node_domain else "")

    async def _wait_for_port(self) -> str:
        while True:
            status = await self._status(self._queue.starting_interval)
            if status == JobStatus.NOTFOUND:
                raise await self._job_ended()
            if self._unseen:
                raise ClusterError(self._unseen)
            if status == JobStatus.RUNNING and self.port and self._node:
                return self._node
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
            await asyncio.sleep(min(_LOOK_AGAIN, self.startup_poll_interval))
