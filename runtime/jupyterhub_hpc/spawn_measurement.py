"""How long starts take, where their time goes and what they fail of, for Prometheus."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .accounts import Account
from .errors import ClusterError
from .metrics import SPAWN_SECONDS, SPAWN_STAGE_SECONDS
from .options import JobOptions

if TYPE_CHECKING:  # it stands in front of a spawner, and is none by itself
    from .spawner import ClusterSpawner as Measured
else:
    Measured = object


class SpawnMeasurement(Measured):
    """Goes in front of a ClusterSpawner and watches its steps."""

    _since: float | None = None  # when the stage that goes on began; None: no start is going on

    async def start(self) -> str:
        """Start the server, and note what came of it."""
        began = self._since = time.monotonic()
        outcome = "error"
        try:
            address = await super().start()
            outcome = "started"
            return address
        except asyncio.CancelledError:  # JupyterHub gave it up
            outcome = "timeout"
            raise
        except ClusterError as error:
            outcome = error.cause
            raise
        finally:
            self._since = None
            SPAWN_SECONDS.labels(outcome).observe(time.monotonic() - began)

    def _too_slow(self) -> ClusterError:
        error = super()._too_slow()
        error.cause = "timeout"
        return error

    async def _submit(self, account: Account, options: JobOptions) -> None:
        self._end_stage("check")
        with self._stage("submit"):
            await super()._submit(account, options)

    async def _wait_for_port(self) -> str:
        with self._stage("job"):
            return await super()._wait_for_port()

    async def _wait_for_server(self, host: str) -> None:
        with self._stage("server"):
            await super()._wait_for_server(host)

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        try:
            yield
        finally:
            self._end_stage(name)

    def _end_stage(self, name: str) -> None:
        if self._since is None:
            return  # a restarted hub waits for a port too: that is no start
        now = time.monotonic()
        SPAWN_STAGE_SECONDS.labels(name).observe(now - self._since)
        self._since = now
