"""The hub's own requests to servers, by the client of either JupyterHub."""

import ssl
import sys
from pathlib import Path

import pytest
from certificate_requests import key_pem, new_key
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler
from traitlets.config import Config

from jupyterhub_hpc.authority import Authority
from jupyterhub_hpc.hub_client import speak_to_servers
from jupyterhub_hpc.server_host import server_host


class Answer(RequestHandler):
    def get(self) -> None:
        self.write("the server")


async def test_tornados_client_reaches_the_server_that_is_meant_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config()
    config.Authority.directory = str(tmp_path / "authority")
    authority = Authority(config=config)
    authority.open()
    key, meant = new_key(), server_host("127.0.0.1", "0" * 16)
    (tmp_path / "server.pem").write_text(key_pem(key) + authority.certify_server(key.public_key(), meant))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    listening, port = bind_unused_port()
    server = HTTPServer(Application([("/", Answer)]), ssl_options=context)
    server.add_socket(listening)
    before = AsyncHTTPClient._save_configuration()
    monkeypatch.setitem(sys.modules, "jupyterhub.httpclient", None)  # JupyterHub 5 has none
    try:
        speak_to_servers(authority.client_context())
        client = AsyncHTTPClient(force_instance=True)
        assert (await client.fetch(f"https://{meant}:{port}/")).body == b"the server"
        with pytest.raises(ssl.SSLCertVerificationError):
            await client.fetch(f"https://{server_host('127.0.0.1', '1' * 16)}:{port}/")
    finally:
        AsyncHTTPClient._restore_configuration(before)
        server.stop()
