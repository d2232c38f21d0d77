"""A proxy that was restarted has no routes: they are given to it again at once, and not at JupyterHub's next look."""

import logging
from typing import Any

from aiohttp import ClientResponseError


async def restore_routes(users: Any, services: Any, proxy: Any, log: logging.Logger) -> None:
    """Ask the proxy for one route that it must have, and give it all of them when it has lost that one.

    Args:
        users: JupyterHub's users
        services: JupyterHub's services, by name
        proxy: JupyterHub's ConfigurableHTTPProxy
        log: where it is told
    """
    ready = (spawner for user in users.values() for spawner in user.spawners.values() if spawner.ready)
    spawner = next(ready, None)
    if spawner is None:
        return
    try:
        await proxy.api_request(proxy._routespec_to_chp_path(spawner.proxy_spec))
    except ClientResponseError as error:
        if error.status != 404:
            raise
        log.warning("The proxy has lost its routes, as one that was restarted has: they are given to it again")
        await proxy.check_routes(users, services)
