"""Checks passwords by PAM for a hub that must not be able to: as root, in a process apart, one question a connection.

PAM lets root alone check the passwords of others. A hub in the group `shadow` could read all hashes, and a rule of sudo
would start a program of root's in surroundings that the hub chooses. This one has a socket that only the hub's account
may connect to, takes nothing else from it, counts failures, and answers yes or no.

`python -P -m jupyterhub_hpc.pam_service`, started by systemd with a runtime directory that the hub's group may enter.
"""

import argparse
import json
import os
import pwd
import re
import socket
import struct
import time
from pathlib import Path
from socketserver import BaseRequestHandler, ForkingMixIn, UnixStreamServer
from typing import Any

import pamela

from .login_failures import Failures

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.@-]{0,63}")
_LONGEST = 8192  # bytes of a question
_PATIENCE = 10  # seconds for it to arrive
_DELAY = 3  # seconds that every refusal takes, whatever the reason, so that the time tells nothing
_NOBODY = 65534

WRONG, LIMITED, REFUSED, UNAVAILABLE = "wrong", "limited", "refused", "unavailable"
# What PAM says of an account whose password was right, and of itself (pam(3)).
_OF_THE_ACCOUNT = {
    6: "This account may not log in here.",
    12: "The password of this account has expired. Change it on the cluster, and log in again.",
    13: "This account has expired. Ask the people who run this cluster.",
}
_WRONG = {7, 8, 10, 11}  # authentication error, credentials insufficient, unknown user, too many tries


class Checker:
    """Says whether a password is an account's."""

    def __init__(self, service: str, minimum_uid: int, failures: Failures) -> None:
        self._service = service
        self._minimum_uid = minimum_uid
        self._failures = failures

    def check(self, user: object, password: object) -> dict[str, str]:
        """An answer: `{}` for yes, otherwise `kind`, and `words` for the person where there are some."""
        if not isinstance(user, str) or not isinstance(password, str) or "\0" in password or not password:
            return {"kind": WRONG}
        if not self._is_person(user):
            return {"kind": WRONG}
        wait = self._failures.take(user)
        if wait > 0:
            words = f"Too many log-ins of this account failed. Try again in {int(wait / 60) + 1} min."
            return {"kind": LIMITED, "words": words}
        try:
            pamela.authenticate(user, password, service=self._service, resetcred=0)
        except pamela.PAMError as error:
            return self._refusal(error)
        self._failures.give_back(user)
        return {}

    def _is_person(self, user: str) -> bool:
        if not _NAME.fullmatch(user):
            return False
        try:
            account = pwd.getpwnam(user)
        except KeyError:
            return False
        # A directory may take Alice for alice: the hub would have two users then.
        return account.pw_name == user and account.pw_uid >= self._minimum_uid and account.pw_uid != _NOBODY

    def _refusal(self, error: pamela.PAMError) -> dict[str, str]:
        if error.errno in _WRONG:
            return {"kind": WRONG}
        if error.errno in _OF_THE_ACCOUNT:
            return {"kind": REFUSED, "words": _OF_THE_ACCOUNT[error.errno]}
        print(f"PAM cannot check a password by the service {self._service}: {error}", flush=True)
        return {"kind": UNAVAILABLE, "words": "Passwords cannot be checked now. Try again in a few minutes."}


class _Question(BaseRequestHandler):
    server: "PamServer"
    request: socket.socket

    def handle(self) -> None:
        began = time.monotonic()
        _, uid, _ = struct.unpack("3i", self.request.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        if uid not in (self.server.uid, os.geteuid()):
            return
        self.request.settimeout(_PATIENCE)
        question = self._read()
        answer = self.server.checker.check(question.get("user"), question.get("password"))
        shown = str(question.get("user"))[:64]
        print(f"user={shown!a} result={answer.get('kind', 'let in')}", flush=True)
        if answer:
            time.sleep(max(0.0, self.server.delay - (time.monotonic() - began)))
        self.request.sendall(json.dumps(answer).encode())

    def _read(self) -> dict[str, Any]:
        data = b""
        while len(data) <= _LONGEST and (part := self.request.recv(_LONGEST)):
            data += part
        try:
            question = json.loads(data)
        except ValueError:
            return {}
        return question if isinstance(question, dict) else {}


class PamServer(ForkingMixIn, UnixStreamServer):
    """A process a question: what one was told is gone with it."""

    max_children = 16

    def __init__(self, path: Path, uid: int, checker: Checker, delay: float = _DELAY) -> None:
        path.unlink(missing_ok=True)  # of an earlier process
        before = os.umask(0o117)  # the group may write to it, which is to connect
        try:
            super().__init__(str(path), _Question)
        finally:
            os.umask(before)
        self.uid = uid
        self.checker = checker
        self.delay = delay


def main() -> None:
    """Serve until systemd says that it is enough."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--account", required=True, help="the hub's account, which alone may ask")
    parser.add_argument("--service", required=True, help="the PAM service")
    parser.add_argument("--minimum-uid", required=True, type=int, help="lowest uid of a person")
    parser.add_argument("--failures", required=True, type=int, help="failures of one account ...")
    parser.add_argument("--seconds", required=True, type=int, help="... in so many seconds")
    options = parser.parse_args()
    directory = Path(os.environ["RUNTIME_DIRECTORY"])
    counts = directory / "failures"
    counts.mkdir(mode=0o700, exist_ok=True)
    checker = Checker(options.service, options.minimum_uid, Failures(counts, options.failures, options.seconds))
    PamServer(directory / "socket", pwd.getpwnam(options.account).pw_uid, checker).serve_forever()


if __name__ == "__main__":
    main()
