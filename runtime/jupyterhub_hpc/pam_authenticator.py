"""Login with an account of the hub's host. The hub sees a password once, and no hash: root's service checks it."""

import asyncio
import json
from typing import Any

from tornado.web import HTTPError
from traitlets import Float, Unicode

from .pam_service import LIMITED, REFUSED, WRONG
from .strict_names import StrictNames

_UNAVAILABLE = "Passwords cannot be checked now. Try again in a few minutes, or tell the people who run this cluster."


class PamAuthenticator(StrictNames):
    """Asks `pam_service` over its socket."""

    socket = Unicode("/run/jupyterhub-login/socket", help="Where the service listens.").tag(config=True)
    timeout = Float(60, help="Seconds to wait for its answer.").tag(config=True)

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        """The user's name when the password is the account's; None, or an error in words for the form, when not."""
        username, password = data.get("username", ""), data.get("password", "")
        if not self.validate_username(username):
            return None
        try:
            async with asyncio.timeout(self.timeout):
                answer = await self._ask(username, password)
        except (OSError, ValueError, TimeoutError) as error:
            self.log.error("Log-ins: %s gives no answer (%s)", self.socket, str(error) or type(error).__name__)
            raise HTTPError(503, _UNAVAILABLE) from None
        if not answer:
            return username
        kind = answer.get("kind")
        if kind == WRONG:
            return None
        self.log.warning("Login of %s refused: %s", username, kind)
        raise HTTPError({LIMITED: 429, REFUSED: 403}.get(kind, 503), answer.get("words", _UNAVAILABLE))

    async def _ask(self, username: str, password: str) -> Any:
        reader, writer = await asyncio.open_unix_connection(self.socket)
        try:
            writer.write(json.dumps({"user": username, "password": password}).encode())
            writer.write_eof()
            return json.loads(await reader.read(8192))
        finally:
            writer.close()

    def check_allowed(self, username: str, authentication: Any = None) -> bool:
        """Refuse people who are not let in with words that say so."""
        if self.allow_all or super().check_allowed(username, authentication):
            return True
        self.log.warning("Login refused: %s is not one of the allowed users", username)
        raise HTTPError(
            403, f"{username} may not use this service. Ask the people who run this cluster to add you to its users."
        )
