"""Runs inside the job, by the environment's own Python: becomes jupyterhub-singleuser on a port nobody else can take.

batchspawner-singleuser picks a free port, closes it, and has the server open it again a second later; meanwhile anybody
on the node can take it and receive what the browser sends. Here the port is bound at once and kept: a socket with
SO_REUSEPORT can be joined by processes of the same user only. When the server is gone the port is anybody's again, so
the server also has a key: the hub certifies it for this one server, and only hub and proxy are let in.
"""

import base64
import json
import os
import socket
import ssl
import sys
import tempfile
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import urlsplit, urlunsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HUB_VERSION = ""  # of jupyterhub; the hub writes its own here
HUB_UNREACHABLE = 85
HELD: "list[object]" = []  # files that are open for as long as the server runs


def compare_versions():
    """End, in words, where this environment's jupyterhub is too old for the hub; say so where it is merely another.

    A newer one is let pass, so that a hub can go back to its former version while people work.
    """
    import jupyterhub

    here = jupyterhub.__version__
    if here == HUB_VERSION or not HUB_VERSION:
        return
    update = "pulumi up updates the environments it installs; in others, pip install jupyterhub==" + HUB_VERSION
    found = "The environment %s has jupyterhub %s, the hub %s." % (sys.prefix, here, HUB_VERSION)
    if int(here.split(".")[0]) < int(HUB_VERSION.split(".")[0]):
        sys.exit(found + " Servers of it cannot work with this hub. Tell the people who run it: " + update)
    print(found, update, flush=True)


def new_key():
    """A key that never leaves this node, and a request to certify it; both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    return (
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        request.public_bytes(pem),
    )


def hold(data):
    """A path to data in a file without a name: in memory, for this user alone, and gone with this process."""
    file = tempfile.TemporaryFile(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)  # noqa: S108, SIM115
    HELD.append(file)
    file.write(data)
    file.flush()
    return "/proc/%d/fd/%d" % (os.getpid(), file.fileno())


def announce(port, request, authority):
    """Tell the hub, known by its authority, where the server will be; the certificate it gives for that."""
    url = os.environ["JUPYTERHUB_API_URL"].rstrip("/") + "/batchspawner"
    headers = {"Authorization": "token " + os.environ["JUPYTERHUB_API_TOKEN"], "Content-Type": "application/json"}
    body = json.dumps({"port": port, "request": request.decode()}).encode()
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cadata=authority)),
    )
    deadline = time.monotonic() + 600
    while True:
        try:
            try:
                with opener.open(urllib.request.Request(url, body, headers), timeout=20) as answer:  # noqa: S310
                    return json.loads(answer.read(100000))["certificate"].encode()
            except urllib.error.HTTPError as error:
                problem = "the hub answered %s: %s" % (error.code, error.read(500).decode(errors="replace"))
                if 400 <= error.code < 500:
                    sys.exit(problem)
        except (OSError, HTTPException, ValueError, LookupError, AttributeError, TypeError) as error:
            problem = "the hub at %s does not answer: %s" % (url, error)
        print(problem, flush=True)
        if time.monotonic() > deadline:
            sys.exit(HUB_UNREACHABLE)
        time.sleep(2)


def main():
    service = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    address = service.hostname or "0.0.0.0"
    held = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind((address, 0))
    port = held.getsockname()[1]

    import tornado.netutil

    bind = tornado.netutil.bind_sockets

    def bind_shared(*args, **kwargs):
        return bind(*args, **{**kwargs, "reuse_port": True})

    tornado.netutil.bind_sockets = bind_shared  # before anything imports it from there
    compare_versions()

    netloc = "[%s]:%d" % (address, port) if ":" in address else "%s:%d" % (address, port)
    os.environ["JUPYTERHUB_SERVICE_URL"] = urlunsplit(service._replace(scheme="https", netloc=netloc))
    authority = ssl.DER_cert_to_PEM_cert(base64.b64decode(os.environ["JUPYTERHUB_HPC_AUTHORITY"]))
    key, request = new_key()
    os.environ["JUPYTERHUB_SSL_CERTFILE"] = os.environ["JUPYTERHUB_SSL_KEYFILE"] = hold(
        key + announce(port, request, authority)
    )
    os.environ["JUPYTERHUB_SSL_CLIENT_CA"] = hold(authority.encode())

    from jupyterhub.singleuser import main as server

    sys.argv = [
        "jupyterhub-singleuser",
        "--LabApp.news_url=None",  # compute nodes reach no news on the internet, and nobody wants to be asked
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    server()


main()
