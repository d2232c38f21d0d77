"""The one thing a job may tell the hub: its own server's port, with the key its certificate shall be for.

batchspawner's handler sets any attribute of the spawner from the request's body. This one takes its place, at the
same address, and takes one integer and one certificate request from the bearer of that very server's token.
"""

import hashlib
import hmac
import json
from typing import Any, NamedTuple

from batchspawner.api import BatchSpawnerAPIHandler
from jupyterhub.apihandlers import APIHandler, default_handlers
from tornado import web

from .certificate_request import MAX_REQUEST
from .server_address import KnownAlready, NodeUnknown

LOWEST_PORT = 1024
HIGHEST_PORT = 65535
_MAX_BODY = MAX_REQUEST + 128


def token_digest(token: str) -> str:
    """What is kept of a server's token, to know it again after a restart of the hub."""
    return hashlib.sha256(token.encode()).hexdigest()


class Announcement(NamedTuple):
    """What a job told."""

    port: int
    request: str  # PKCS #10, PEM


def parse_announcement(body: bytes) -> Announcement:
    """What is in a request's body `{"port": N, "request": PEM}`.

    Raises:
        ValueError: the body is anything else
    """
    if len(body) > _MAX_BODY:
        raise ValueError("the body is too long")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None
    if not isinstance(data, dict) or set(data) != {"port", "request"}:
        raise ValueError('the body must be {"port": N, "request": PEM}')
    port, request = data["port"], data["request"]
    if isinstance(port, bool) or not isinstance(port, int):
        raise ValueError("the port must be an integer")
    if not LOWEST_PORT <= port <= HIGHEST_PORT:
        raise ValueError(f"the port must be {LOWEST_PORT} to {HIGHEST_PORT}")
    if not isinstance(request, str):
        raise ValueError("the certificate request must be a string")
    return Announcement(port, request)


class PortHandler(APIHandler):
    """`POST /hub/api/batchspawner` with `{"port": N, "request": PEM}`; the answer is `{"certificate": PEM}`."""

    @web.authenticated
    async def post(self) -> None:
        """Note the port of the server whose token this is, and certify its key. The same may be told again."""
        token = self.get_auth_token()
        spawner = self._spawner_of(token) if token else None
        if spawner is None:
            raise web.HTTPError(403, "Only the token of a server that is starting may announce that server's port.")
        try:
            certificate = await spawner.announce(*parse_announcement(self.request.body))
        except ValueError as error:
            raise web.HTTPError(400, str(error)) from None
        except KnownAlready:
            raise web.HTTPError(409, "This server's port and key are known already.") from None
        except NodeUnknown:
            raise web.HTTPError(503, "The scheduler has not said yet where this job runs. Ask again.") from None
        self.set_status(201)
        self.finish(json.dumps({"certificate": certificate}))

    def _spawner_of(self, token: str) -> Any:
        digest = token_digest(token)
        spawners = getattr(self.current_user, "spawners", None)  # a service has none
        for spawner in spawners.values() if spawners else ():
            known = getattr(spawner, "token_digest", "")
            if known and hmac.compare_digest(known, digest):
                return spawner
        return None


def replace_batchspawner_handler() -> None:
    """Put this handler in the place of batchspawner's. Called before the hub makes its web application."""
    for index, (pattern, handler, *rest) in enumerate(default_handlers):
        if handler is BatchSpawnerAPIHandler:
            default_handlers[index] = (pattern, PortHandler, *rest)
            return
    if not any(handler is PortHandler for _, handler, *_ in default_handlers):
        raise RuntimeError("batchspawner's API handler was not found: this batchspawner is another than the locked one")
