"""Who may read the metrics: the bearer of the scraper's token, from the networks that the site names."""

import asyncio
import hashlib
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

from jupyterhub import handlers
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.handlers.metrics import MetricsHandler
from jupyterhub.utils import metrics_authentication
from prometheus_client import CONTENT_TYPE_LATEST
from tornado import web
from tornado.httpclient import AsyncHTTPClient, HTTPError

from . import metrics
from .job_queue import JobQueue
from .login_nodes import LoginNodes

PATIENCE = 3  # seconds for a cluster that does not answer; a scrape is given up after ten

Networks = Sequence[IPv4Network | IPv6Network]


def set_metrics(c: Any, token_file: str, networks: Sequence[str], proxy_url: str) -> None:
    """Let one scraper in, in a hub's configuration.

    Args:
        c: the configuration object of `jupyterhub_config.py`
        token_file: file with the scraper's token
        networks: where the scraper may be, in CIDR form
        proxy_url: the proxy's own metrics
    """
    token = Path(token_file).read_text().strip()
    # JupyterHub forgets a service's tokens with the service only: another token is another service.
    name = f"prometheus-{hashlib.sha256(token.encode()).hexdigest()[:8]}"
    c.JupyterHub.services.append({"name": name, "api_token": token})
    c.JupyterHub.load_roles.append({"name": "prometheus", "scopes": ["read:metrics"], "services": [name]})
    c.JupyterHub.authenticate_prometheus = True
    known = {"networks": [ip_network(network) for network in networks]}
    _replace_handlers(known)
    c.JupyterHub.extra_handlers.append((r"/metrics/proxy$", ProxyMetricsHandler, {**known, "proxy_url": proxy_url}))


def _replace_handlers(settings: dict[str, Any]) -> None:
    """Put our handler in the place of JupyterHub's. Called before the hub makes its web application."""
    found = [i for i, (_, handler, *_) in enumerate(handlers.default_handlers) if issubclass(handler, MetricsHandler)]
    if not found:
        raise RuntimeError("JupyterHub's metrics handler was not found: this JupyterHub is another than the locked one")
    for index in found:
        handlers.default_handlers[index] = (handlers.default_handlers[index][0], ClusterMetricsHandler, settings)


class FromNetworks(BaseHandler):
    """Answers to some networks only."""

    _accept_token_auth = True

    def initialize(self, networks: Networks, proxy_url: str = "") -> None:
        """Where requests may come from, and where the proxy's own series are."""
        self.networks = networks
        self.proxy_url = proxy_url

    async def prepare(self) -> None:
        """Refuse other networks before anything else is looked at."""
        if not allowed(self.client_address(), self.networks):
            self.log.warning("Metrics refused: %s is in none of the networks of metrics.from", self.client_address())
            raise web.HTTPError(403, "Metrics are not served to this address (metrics.from of the stack).")
        await super().prepare()

    def client_address(self) -> str:
        """Who asks. Only the proxy, on the loopback address, is believed when it names another."""
        peer = str(self.request.connection.context.address[0])
        return str(self.request.remote_ip) if _plain(peer).is_loopback else peer


class ClusterMetricsHandler(FromNetworks, MetricsHandler):
    """`GET /hub/metrics`: JupyterHub's series and ours, in Prometheus's format."""

    @metrics_authentication
    async def get(self) -> None:
        """Look at the cluster, and tell."""
        await look_around(self.settings["config"], self.settings["spawner_class"].queue_class)
        await super().get()


class ProxyMetricsHandler(FromNetworks):
    """`GET /hub/metrics/proxy`: the proxy's own series, which nobody reaches but through here."""

    @metrics_authentication
    async def get(self) -> None:
        """Pass on what the proxy says."""
        try:
            answer = await AsyncHTTPClient().fetch(self.proxy_url, request_timeout=PATIENCE)
        except (HTTPError, OSError) as error:
            raise web.HTTPError(502, f"The proxy's metrics cannot be had: {error}") from None
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.write(answer.body)


async def look_around(config: Any, queue_class: type[JobQueue]) -> None:
    """Bring the gauges up to date, as far as the cluster answers in time."""
    queue: JobQueue = queue_class.instance(config=config)
    login_nodes: LoginNodes = LoginNodes.instance(config=config)
    looking = asyncio.ensure_future(queue.look(queue.interval))  # goes on when it is late: others share it
    up = await login_nodes.check(PATIENCE)
    await asyncio.wait([looking], timeout=0.5)
    for node, is_up in up.items():
        metrics.LOGIN_NODE_UP.labels(node).set(is_up)


def allowed(address: str, networks: Networks) -> bool:
    """Whether an address is in one of the networks."""
    return any(_plain(address) in network for network in networks)


def _plain(address: str) -> Any:
    """An IPv4 address that came through an IPv6 socket is an IPv4 address."""
    parsed = ip_address(address.split("%")[0])
    return getattr(parsed, "ipv4_mapped", None) or parsed
