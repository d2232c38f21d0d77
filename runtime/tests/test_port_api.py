"""The port API in a real tornado application, with JupyterHub's own handler class below it."""

import pytest
from batchspawner.api import BatchSpawnerAPIHandler
from jupyterhub.apihandlers import default_handlers

from jupyterhub_hpc import port_api


@pytest.mark.parametrize("port", [1024, 40000, 65535])
def test_a_port(port: int) -> None:
    assert port_api.parse_port(b'{"port": %d}' % port) == port


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"port": "4000"}', b'{"port": 80}', b'{"port": 65536}', b'{"port": -1}', b'{"port": true}']
    + [b'{"port": 4000.0}', b'{"port": null}', b'{"port": [4000]}', b'{"port": 4000, "batch_query_cmd": "id"}']
    + [b'{"batch_query_cmd": "id"}', b'{"ip": "10.0.0.1"}', b'{"port": 4000}' + b" " * 200, b"\xff\xfe", b"[" * 120],
)
def test_anything_else(body: bytes) -> None:
    with pytest.raises(ValueError):
        port_api.parse_port(body)


def test_batchspawners_handler_is_gone() -> None:
    port_api.replace_batchspawner_handler()
    port_api.replace_batchspawner_handler()
    handlers = [handler for pattern, handler, *_ in default_handlers if "batchspawner" in pattern]
    assert handlers == [port_api.PortHandler]
    assert BatchSpawnerAPIHandler not in handlers
