"""The launcher as a process, with a hub and a jupyterhub-singleuser made up here."""

import asyncio
import json
import os
import sys
from pathlib import Path

import jupyterhub
import pytest
from traitlets.config import Config

from jupyterhub_hpc import job_submission
from jupyterhub_hpc.authority import Authority
from jupyterhub_hpc.certificate_request import requested_key

LAUNCHER = Path(__file__).parent.parent / "jupyterhub_hpc" / "launcher.py"
SINGLEUSER = """
import os, ssl, stat, subprocess, sys
def main():
    print(os.environ["JUPYTERHUB_SERVICE_URL"], sys.argv[0])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.environ["JUPYTERHUB_SSL_CERTFILE"], os.environ["JUPYTERHUB_SSL_KEYFILE"])
    context.load_verify_locations(os.environ["JUPYTERHUB_SSL_CLIENT_CA"])
    file = os.stat(os.environ["JUPYTERHUB_SSL_KEYFILE"])
    print("key:", oct(stat.S_IMODE(file.st_mode)), "names:", file.st_nlink)
    child = "import os; print('child:', len(open(os.environ['JUPYTERHUB_SSL_CLIENT_CA']).read()) > 100)"
    subprocess.run([sys.executable, "-c", child], close_fds=False)
"""


def created(body: str) -> bytes:
    return f"HTTP/1.1 201 Created\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


async def launch(
    directory: Path, *answers: bytes, version: str = "6.1.1", hub: str = ""
) -> tuple[int | None, str, list[int]]:
    """Run it against a hub that gives these answers, and a certificate when there are no more.

    Args:
        version: the environment's jupyterhub
        hub: what the hub writes as its own; empty for nothing

    Returns:
        its exit code, what it printed, and the ports it told
    """
    package = directory / "jupyterhub"
    package.mkdir()
    (package / "__init__.py").write_text(f'__version__ = "{version}"\n')
    launcher = directory / "launcher.py"
    launcher.write_text(LAUNCHER.read_text().replace('HUB_VERSION = ""', f'HUB_VERSION = "{hub}"'))
    (package / "singleuser.py").write_text(SINGLEUSER)
    config = Config()
    config.Authority.directory = str(directory / "authority")
    authority = Authority(config=config)
    authority.open()
    left = list(answers)
    told: list[int] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"POST /hub/api/batchspawner" in head
        assert b"token a-token" in head
        length = next(line for line in head.decode().splitlines() if line.lower().startswith("content-length:"))
        body = json.loads(await reader.readexactly(int(length.split(":")[1])))
        told.append(body["port"])
        certificate = authority.certify_server(requested_key(body["request"]), "node1")
        writer.write(left.pop(0) if left else created(json.dumps({"certificate": certificate})))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        environment = {
            "PYTHONPATH": str(directory),
            "JUPYTERHUB_API_URL": f"http://127.0.0.1:{port}/hub/api",
            "JUPYTERHUB_API_TOKEN": "a-token",
            "JUPYTERHUB_HPC_AUTHORITY": authority.public,
            "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:0/user/alice/",
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(launcher)),
            env={**os.environ, **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, printed.decode(), told


async def test_a_hub_that_stammers_is_asked_again(tmp_path: Path) -> None:
    code, printed, told = await launch(
        tmp_path,
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 100\r\n\r\ncut sho",
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
        created(""),
        created('{"certificate": null}'),
    )
    assert code == 0, printed
    assert len(told) == 6
    assert len(set(told)) == 1
    assert f"https://127.0.0.1:{told[0]}/user/alice/ jupyterhub-singleuser" in printed
    assert "a-token" not in printed


async def test_the_key_is_in_no_file_that_has_a_name(tmp_path: Path) -> None:
    code, printed, _ = await launch(tmp_path)
    assert code == 0, printed
    assert "key: 0o600 names: 0" in printed
    assert "child: True" in printed  # what a kernel starts can verify the hub, while the server runs
    assert "PRIVATE" not in printed


async def test_a_refusal_ends_it(tmp_path: Path) -> None:
    code, printed, told = await launch(tmp_path, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
    assert (code, len(told)) == (1, 1)
    assert "the hub answered 403: no" in printed


async def test_an_environment_too_old_for_the_hub_ends_before_it_tells_a_port(tmp_path: Path) -> None:
    code, printed, told = await launch(tmp_path, version="5.4.1", hub="6.1.1")
    assert (code, told) == (1, [])
    assert "has jupyterhub 5.4.1, the hub 6.1.1." in printed
    assert "pip install jupyterhub==6.1.1" in printed


@pytest.mark.parametrize("version", ["6.0.0", "7.0.0b1"])
async def test_another_version_is_told_in_the_jobs_log(tmp_path: Path, version: str) -> None:
    code, printed, told = await launch(tmp_path, version=version, hub="6.1.1")
    assert (code, len(told)) == (0, 1), printed
    assert f"has jupyterhub {version}, the hub 6.1.1." in printed


async def test_of_the_same_version_nothing_is_said(tmp_path: Path) -> None:
    _, printed, _ = await launch(tmp_path, version="6.1.1", hub="6.1.1")
    assert "has jupyterhub" not in printed


def test_the_hub_writes_its_version_into_the_job() -> None:
    assert f'\nHUB_VERSION = "{jupyterhub.__version__}"' in job_submission._LAUNCHER
