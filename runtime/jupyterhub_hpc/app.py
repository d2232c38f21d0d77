"""JupyterHub, with its own authority on the ways between hub and servers."""

from jupyterhub.httpclient import JupyterHubHTTPClient

from .authority import Authority
from .server_host import NodeResolver
from .watchful_hub import WatchfulHub


class HubApp(WatchfulHub):
    """The hub. `c.JupyterHub` configures it as ever."""

    name = "jupyterhub"

    def init_internal_ssl(self) -> None:
        """In the place of JupyterHub's internal_ssl, which certifies no server whose host is not known before.

        Nor would its proxy tell one user's server from another's: the name it verifies is the one in the browser's
        request, so that each server's certificate must bear the hub's public name.
        """
        super().init_internal_ssl()
        authority = Authority.instance(config=self.config)
        authority.open()
        authority.identify_proxy()
        client = JupyterHubHTTPClient.instance()
        client.connector_options = {
            **client.connector_options,
            "ssl": authority.client_context(),
            "resolver": NodeResolver(),
        }
