"""The page people see while the hub cannot start: the proxy leads here as it would to the hub."""

import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>JupyterHub cannot start</title>
<meta http-equiv="refresh" content="20">
<body style="font-family:sans-serif;max-width:40rem;margin:12vh auto;padding:0 1rem;text-align:center">
<h1>JupyterHub cannot start</h1><p>%s</p>
<p>Servers that are running go on, and so do pages of theirs that are open.
Nothing has to be done by you; this page tries again by itself.</p>
<p><small>For the people who run this cluster:
<code>journalctl -u jupyterhub-hub</code> names the next step.</small></p>
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True


def serve(sentence: str, port: int) -> ThreadingHTTPServer:
    """Answer the proxy's every question with 503 and a sentence, in a thread, until `shutdown` is called."""
    body = (_PAGE % escape(sentence)).encode()

    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def answer(self) -> None:
            self.send_response(503)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Retry-After", "20")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Security-Policy", _POLICY)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *arguments: Any) -> None:
            """Say nothing: the reason is in the log once, and it is no news."""

    server = _Server(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
