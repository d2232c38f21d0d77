"""How the hub's own requests reach servers: by aiohttp in JupyterHub 6, by Tornado in 5, to which one can go back."""

import socket
from ssl import SSLContext
from typing import Any

from tornado.httpclient import AsyncHTTPClient
from tornado.netutil import DefaultLoopResolver

from .server_host import NodeResolver, node_of


class _NodeTornadoResolver(DefaultLoopResolver):
    """NodeResolver for Tornado: what is verified stays the server's name."""

    async def resolve(
        self, host: str, port: int, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[tuple[int, Any]]:
        """The addresses of the node in a server's name."""
        return await super().resolve(node_of(host), port, family)


def speak_to_servers(context: SSLContext) -> None:
    """Have each request of the hub's made with this context, and each server's name resolved to its node."""
    try:
        from jupyterhub.httpclient import JupyterHubHTTPClient
    except ModuleNotFoundError:
        AsyncHTTPClient.configure(
            "tornado.simple_httpclient.SimpleAsyncHTTPClient",
            resolver=_NodeTornadoResolver(),
            defaults={"ssl_options": context},
        )
        return
    client = JupyterHubHTTPClient.instance()
    client.connector_options = {
        **client.connector_options,
        "ssl": context,
        "resolver": NodeResolver(),
        "force_close": True,  # asyncio's TLS takes 0.3 MB a connection, and servers are asked once
    }
