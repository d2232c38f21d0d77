"""The port API in a real tornado application, with JupyterHub's own handler class below it."""

import pytest
from batchspawner.api import BatchSpawnerAPIHandler
from jupyterhub.apihandlers import default_handlers

from jupyterhub_hpc import port_api


@pytest.mark.parametrize("port", [1024, 40000, 65535])
def test_a_port_and_a_request(port: int) -> None:
    assert port_api.parse_announcement(b'{"port": %d, "request": "PEM"}' % port) == (port, "PEM")


@pytest.mark.parametrize(
    "port", [b'"4000"', b"80", b"65536", b"-1", b"true", b"4000.0", b"null", b"[4000]", b'{"port": 4000}']
)
def test_no_port(port: bytes) -> None:
    with pytest.raises(ValueError, match="port"):
        port_api.parse_announcement(b'{"port": %b, "request": "PEM"}' % port)


@pytest.mark.parametrize("request_", [b"1", b"null", b'["PEM"]', b'{"pem": ""}'])
def test_no_request(request_: bytes) -> None:
    with pytest.raises(ValueError, match="request must be"):
        port_api.parse_announcement(b'{"port": 4000, "request": %b}' % request_)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"port": 4000}', b'{"request": "PEM"}', b'{"port": 4000, "request": "PEM", "ip": "10.0.0.1"}']
    + [b'{"port": 4000, "request": "PEM", "batch_query_cmd": "id"}', b'{"batch_query_cmd": "id"}', b"\xff\xfe"]
    + [b'{"port": 4000, "request": "%b"}' % (b"x" * 1200), b"[" * 1100],
)
def test_anything_else(body: bytes) -> None:
    with pytest.raises(ValueError):
        port_api.parse_announcement(body)


def test_batchspawners_handler_is_gone() -> None:
    port_api.replace_batchspawner_handler()
    port_api.replace_batchspawner_handler()
    handlers = [handler for pattern, handler, *_ in default_handlers if "batchspawner" in pattern]
    assert handlers == [port_api.PortHandler]
    assert BatchSpawnerAPIHandler not in handlers
