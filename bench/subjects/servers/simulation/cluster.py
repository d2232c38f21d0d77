"""A simulated cluster: a login node behind a real SSH server, and servers that answer, in a process of their own.

Standard input takes `counts`; each answer is a line of JSON. What the login node answers is made up as in the runtime's
tests (fake_cluster.py).
"""

import asyncio
import json
import ssl
import sys
from pathlib import Path
from typing import Any

import tornado.httpserver
import tornado.netutil
import tornado.web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fake_cluster import FakeJob, FakeLoginNode, FakeSlurm
from jupyterhub import __version__
from traitlets.config import Config

from jupyterhub_hpc.authority import Authority
from jupyterhub_hpc.server_host import server_host


class Answer(tornado.web.RequestHandler):
    """Says what jupyterhub-singleuser says at /user/NAME/api."""

    def get(self) -> None:
        """The version, which the hub looks at."""
        self.set_header("X-JupyterHub-Version", self.application.settings["hub_version"])
        self.write({"version": "2"})


def host_of(number: int) -> str:
    """The host of a job: an address of this machine's loopback network."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def user_of(number: int) -> str:
    """The user of a job."""
    return f"user{number:05d}"


def mark_of(number: int) -> str:
    """What the hub wrote on the job."""
    return f"{number:016x}"


def name_of(number: int) -> str:
    """The name by which the server is reached, and certified."""
    return server_host(host_of(number), mark_of(number))


class Certified:
    """One key for all servers, and for each name a certificate of the hub's authority, made when first asked for."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.authority = Authority(config=Config({"Authority": {"directory": str(directory / "authority")}}))
        self.authority.open()
        self.key = ec.generate_private_key(ec.SECP256R1())
        encoding, encryption = serialization.Encoding.PEM, serialization.NoEncryption()
        self.key_pem = self.key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, encryption).decode()
        self.contexts: dict[str, ssl.SSLContext] = {}
        self.first = self.context("nobody.0000000000000000.jupyterhub.internal")
        self.first.sni_callback = self.choose

    def context(self, name: str) -> ssl.SSLContext:
        """How the server of this name answers."""
        if name not in self.contexts:
            file = self.directory / "server.pem"
            file.write_text(self.key_pem + self.authority.certify_server(self.key.public_key(), name))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.minimum_version = ssl.TLSVersion.TLSv1_3
            context.load_cert_chain(file)
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.directory / "authority/authority.pem")
            self.contexts[name] = context
        return self.contexts[name]

    def choose(self, connection: Any, name: str | None, _: ssl.SSLContext) -> None:
        """Answer as the server that is meant."""
        connection.context = self.context(name or "")


async def main(directory: Path, servers: int) -> None:
    """Run until standard input ends."""
    slurm = FakeSlurm()
    for number in range(servers):
        job = FakeJob(user_of(number), f"#SBATCH --comment={mark_of(number)}\n", {}, "RUNNING", "None", host_of(number))
        slurm.jobs[str(1000 + number)] = job
    node = FakeLoginNode(slurm, directory, "login1")
    await node.start()
    (directory / "known_hosts").write_text(node.known_hosts_line())
    application = tornado.web.Application([(r"/.*", Answer)], hub_version=__version__)
    http = tornado.httpserver.HTTPServer(application, ssl_options=Certified(directory).first)
    sockets = tornado.netutil.bind_sockets(0, "0.0.0.0", backlog=2048)
    http.add_sockets(sockets)
    print(json.dumps({"login_node": node.description(), "port": sockets[0].getsockname()[1]}), flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        calls: dict[str, int] = {}
        for call in slurm.calls:
            words = " ".join(call)
            calls[words] = calls.get(words, 0) + 1
        print(json.dumps({"commands": len(slurm.calls), "connections": node.connections, "calls": calls}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
