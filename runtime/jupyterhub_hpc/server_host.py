"""The name a server is reached and certified by: the node, then a word of its own, so that no other server has it."""

import re
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from .errors import ClusterError

SUFFIX = ".jupyterhub.internal"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NODE = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_HOST = re.compile(rf"(?P<node>{_LABEL}(?:\.{_LABEL})*)\.[0-9a-f]{{16}}{re.escape(SUFFIX)}")
_MAX_NODE = 253 - len(SUFFIX) - 17


def server_host(node: str, spawn_id: str) -> str:
    """The name in the address and in the certificate of the server of one spawn.

    Args:
        node: as the hub reaches it; a name or an IPv4 address
        spawn_id: 16 hexadecimal digits, never used twice

    Raises:
        ClusterError: the node's name is none
    """
    name = node.lower()
    if not _NODE.fullmatch(name) or len(name) > _MAX_NODE:
        raise ClusterError(
            f"The scheduler names the node {node!r}, which is no host name.", "have the cluster's staff rename it"
        )
    return f"{name}.{spawn_id}{SUFFIX}"


def node_of(host: str) -> str:
    """The node in a name made by `server_host`; any other name as it is."""
    match = _HOST.fullmatch(host)
    return match["node"] if match else host


class NodeResolver(AbstractResolver):
    """Resolves servers' names to their nodes' addresses. What is verified stays the server's name."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host, as aiohttp asks for them."""
        addresses = await ThreadedResolver().resolve(node_of(host), port, family)
        return [{**address, "hostname": host} for address in addresses]

    async def close(self) -> None:
        """Nothing is held."""
