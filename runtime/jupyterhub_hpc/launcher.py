"""Runs inside the job, by the environment's own Python: becomes jupyterhub-singleuser on a port nobody else can take.

batchspawner-singleuser picks a free port, closes it, and has the server open it again a second later; meanwhile anybody
on the node can take it and receive what the browser sends. Here the port is bound at once and kept: a socket with
SO_REUSEPORT can be joined by processes of the same user only.
"""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import urlsplit, urlunsplit

HUB_UNREACHABLE = 85


def announce(port):
    url = os.environ["JUPYTERHUB_API_URL"].rstrip("/") + "/batchspawner"
    headers = {"Authorization": "token " + os.environ["JUPYTERHUB_API_TOKEN"], "Content-Type": "application/json"}
    body = json.dumps({"port": port}).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 600
    while True:
        try:
            try:
                opener.open(urllib.request.Request(url, body, headers), timeout=20).close()  # noqa: S310
                return
            except urllib.error.HTTPError as error:
                problem = "the hub answered %s: %s" % (error.code, error.read(500).decode(errors="replace"))
                if 400 <= error.code < 500:
                    sys.exit(problem)
        except (OSError, HTTPException) as error:
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

    netloc = "[%s]:%d" % (address, port) if ":" in address else "%s:%d" % (address, port)
    os.environ["JUPYTERHUB_SERVICE_URL"] = urlunsplit(service._replace(netloc=netloc))
    announce(port)

    from jupyterhub.singleuser import main as server

    sys.argv = [
        "jupyterhub-singleuser",
        "--LabApp.news_url=None",  # compute nodes reach no news on the internet, and nobody wants to be asked
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    server()


main()
