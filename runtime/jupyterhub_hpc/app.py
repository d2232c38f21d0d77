"""JupyterHub, with its own authority on the ways between hub and servers."""

import socket

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from traitlets import Integer, List, Unicode

from .authority import Authority
from .hub_client import speak_to_servers
from .watchful_hub import WatchfulHub


class HubApp(WatchfulHub):
    """The hub. `c.JupyterHub` configures it as ever."""

    name = "jupyterhub"

    servers_port = Integer(8081, help="TCP port on which servers reach the hub's API, by TLS.").tag(config=True)
    servers_ip = Unicode("", help="Address at which the hub answers servers; empty: at every address.").tag(config=True)
    servers_interface = Unicode(
        "", help="Network interface by which servers come; whoever comes by another gets no answer. Empty: by any."
    ).tag(config=True)
    servers_names = List(
        Unicode(), ["127.0.0.1"], help="Names and addresses they reach it by: its certificate is for these."
    ).tag(config=True)

    def init_internal_ssl(self) -> None:
        """In the place of JupyterHub's internal_ssl, which certifies no server whose host is not known before.

        Nor would its proxy tell one user's server from another's: the name it verifies is the one in the browser's
        request, so that each server's certificate must bear the hub's public name.
        """
        super().init_internal_ssl()
        authority = Authority.instance(config=self.config)
        authority.open()
        authority.identify_proxy()
        speak_to_servers(authority.client_context())

    async def start(self) -> None:
        """Start the hub, and answer servers too: apart from the proxy, whose word on who asks is not theirs to give."""
        await super().start()
        authority = Authority.instance(config=self.config)
        context = authority.server_context(list(self.servers_names))
        sockets = bind_sockets(self.servers_port, self.servers_ip)
        if self.servers_interface:
            self._bind_to_interface(sockets)
        HTTPServer(self.tornado_application, ssl_options=context).add_sockets(sockets)
        self.log.info("Servers reach the hub at port %s, as %s", self.servers_port, ", ".join(self.servers_names))

    def _bind_to_interface(self, sockets: list[socket.socket]) -> None:
        # An address alone also answers whoever sends packets for it to another interface: Linux takes them there too.
        name = self.servers_interface
        try:
            for one in sockets:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name.encode())
        except OSError as error:  # there is no such interface, or a kernel before 5.7 keeps this for root
            self.log.warning(
                "Port %s is not bound to the interface %s (%s): the packet filter alone keeps others away from it",
                self.servers_port,
                name,
                error,
            )
