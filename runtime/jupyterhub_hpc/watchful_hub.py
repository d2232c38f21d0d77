"""What the hub does again and again to outlast the failures of others."""

import asyncio
from collections.abc import Awaitable, Callable

from jupyterhub import orm
from jupyterhub.app import JupyterHub
from traitlets import Float

from .database_errors import explain_errors
from .dismissal import dismissed_users, end_sessions, stop_servers
from .orphans import Orphans
from .proxy_routes import restore_routes
from .state.places import Places


class WatchfulHub(JupyterHub):
    """JupyterHub that watches its proxy's routes, the jobs that belong to no server, and who was taken off the list."""

    proxy_interval = Float(3, help="Seconds between questions to the proxy whether it still has its routes.").tag(
        config=True
    )
    orphan_interval = Float(30, help="Seconds between looks for jobs that belong to no server.").tag(config=True)
    orphan_grace = Float(30, help="Seconds for which a job must have belonged to no server to be cancelled.").tag(
        config=True
    )

    def init_db(self) -> None:
        """Connect to the database, and have what it fails with later told in words."""
        super().init_db()
        explain_errors(self.db.get_bind(), Places.from_environment(), self.log)

    async def init_users(self) -> None:
        """Users as ever, and out with those who were taken off the list: before anything is answered."""
        await super().init_users()
        self._dismissed = await dismissed_users(self.authenticator, self.db.query(orm.User))
        for user in self._dismissed:
            end_sessions(self.db, user, self.log)

    async def start(self) -> None:
        """Start, and go on watching."""
        await super().start()
        if self.subapp or self.generate_config or self.generate_certs:
            return
        orphans = Orphans(self.users, self.orphan_grace, self.log)
        self._watches = [
            asyncio.create_task(self._again_and_again(what, interval, task))
            for what, interval, task in (
                ("The proxy's routes", self.proxy_interval, self._restore_routes),
                ("Users taken off the list", self.proxy_interval, self._stop_dismissed),
                ("Jobs of no server", self.orphan_interval, orphans.look),
            )
        ]

    async def _restore_routes(self) -> None:
        await restore_routes(self.users, self._service_map, self.proxy, self.log)

    async def _stop_dismissed(self) -> None:
        await stop_servers(self.users, self._dismissed, self.proxy, self.log)

    async def _again_and_again(self, what: str, interval: float, task: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(interval)
            try:
                await task()
            except Exception as error:  # what fails once is done again
                self.log.warning("%s: %s", what, str(error) or type(error).__name__)
