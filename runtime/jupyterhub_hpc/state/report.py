"""What the hub's software can tell, for `npm run doctor -- health`; it works with the hub down, too."""

import asyncio
import json
import os
import socket
import ssl
import time
import urllib.request
from typing import Any

from jupyterhub import __version__ as hub_version

from . import backup
from .database import Database
from .health import require_healthy
from .places import Places
from .problem import StateProblem

CONFIG = "/etc/jupyterhub/jupyterhub_config.py"
PROXY_API = "http://127.0.0.1:8001/api/routes"


def report(places: Places, database: Database) -> dict[str, Any]:
    """Everything at once: a process or a container is started for it."""
    return {
        "database": _database(places, database),
        "routes": _routes(places),
        "served": _served(),
        "jupyterhub": hub_version,
        "loginNodes": asyncio.run(_login_nodes()),
        "backups": [
            {"name": path.name, "size": path.stat().st_size, "modified": path.stat().st_mtime}
            for path in backup.list_backups(places)
        ],
    }


def _database(places: Places, database: Database) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": database.kind, "where": database.where, "code": None, "problem": None}
    try:
        schema = require_healthy(places, database, thorough=True)
        found["schema"] = schema.found
    except StateProblem as problem:
        found |= {"code": problem.code, "problem": str(problem)}
    return found


def _routes(places: Places) -> dict[str, Any]:
    """The proxy's routes, and those that servers in the database ought to have."""
    try:
        request = urllib.request.Request(
            PROXY_API, headers={"Authorization": f"token {os.environ.get('CONFIGPROXY_AUTH_TOKEN', '')}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            there = sorted(json.load(answer))
    except (OSError, ValueError) as error:
        return {"problem": f"the proxy's API does not answer ({error})", "there": [], "expected": []}
    return {"problem": None, "there": there, "expected": _expected(places)}


def _served() -> str:
    """The certificate that the proxy shows; nobody's word for it is asked here.

    HUB_HTTPS_PORT is where it answers; one that stands behind a web server wants to be told of a client first.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    port = int(os.environ.get("HUB_HTTPS_PORT", "8000"))
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            if os.environ.get("JUPYTERHUB_PROXY_BEHIND_WEB_SERVER"):
                connection.sendall(b"PROXY TCP4 127.0.0.1 127.0.0.1 1 443\r\n")
            with context.wrap_socket(connection) as tls:
                return ssl.DER_cert_to_PEM_cert(tls.getpeercert(binary_form=True) or b"")
    except (OSError, ValueError):
        return ""


def _expected(places: Places) -> list[dict[str, Any]]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    query = "SELECT servers.base_url, spawners.started FROM spawners JOIN servers ON spawners.server_id = servers.id"
    try:
        with create_engine(places.database_url).connect() as connection:
            rows = connection.execute(text(query)).all()
    except SQLAlchemyError:
        return []
    return [{"route": str(base).rstrip("/"), "started": str(started or "")} for base, started in rows]


async def _login_nodes() -> list[dict[str, Any]]:
    """Each login node by itself, with the hub's key and the request the hub looks at the queue by."""
    from jupyterhub.app import JupyterHub

    from ..errors import ClusterError
    from ..login_nodes import LoginNodes

    try:
        hub = JupyterHub()
        hub.load_config_file(CONFIG)
        nodes = LoginNodes(config=hub.config)
        queue = hub.spawner_class.queue_class(config=hub.config)
    except Exception as error:  # a configuration that does not load is a finding
        return [{"name": "", "seconds": 0, "problem": f"the hub's configuration does not load: {error}", "exit": None}]

    async def look(node: Any) -> dict[str, Any]:
        began = time.monotonic()
        found: dict[str, Any] = {"name": node.name, "problem": None, "exit": None}
        try:
            result = await node.run(["queue"], stdin="", environment={}, timeout=nodes.command_timeout)
            found |= {"exit": result.exit_status, "problem": result.stderr.strip()[:500] or None}
            found["jobs"] = len(queue.scheduler.parse_queue(result.stdout))
            if result.exit_status == 0 and not found["jobs"]:
                privacy = await node.run(["privacy"], stdin="", environment={}, timeout=nodes.command_timeout)
                found["hidden"] = queue.scheduler.parse_hidden(privacy.stdout) or None
        except ClusterError as error:
            found["problem"] = str(error)
        finally:
            node.disconnect()
        return {**found, "seconds": round(time.monotonic() - began, 2)}

    return list(await asyncio.gather(*(look(node) for node in nodes._nodes)))
