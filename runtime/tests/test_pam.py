"""Log-ins by PAM: root's service on a real socket, and the hub's side; only PAM and the accounts are made up."""

import asyncio
import os
import pwd
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pamela
import pytest
from tornado.web import HTTPError

from jupyterhub_hpc import pam_service
from jupyterhub_hpc.login_failures import Failures
from jupyterhub_hpc.pam_authenticator import PamAuthenticator
from jupyterhub_hpc.pam_service import Checker, PamServer

ACCOUNTS = {"alice": 2001, "bob": 2002, "root": 0, "daemon": 1, "nobody": 65534, "strange": 2004}
MOST = 3


def getpwnam(name: str) -> pwd.struct_passwd:
    """A directory that takes Strange for strange."""
    uid = ACCOUNTS[name.lower()]
    return pwd.struct_passwd((name.lower(), "x", uid, uid, "", "/home", "/bin/bash"))


def authenticate(user: str, password: str, service: str, resetcred: int) -> None:
    assert (service, resetcred) == ("jupyterhub", 0)
    if password.startswith("pam-"):
        raise pamela.PAMError(errno=int(password.removeprefix("pam-")))
    if password != f"{user}-box":
        raise pamela.PAMError(errno=7)


@pytest.fixture
def checker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checker:
    monkeypatch.setattr(pam_service.pwd, "getpwnam", getpwnam)
    monkeypatch.setattr(pam_service.pamela, "authenticate", authenticate)
    return Checker("jupyterhub", 1000, Failures(tmp_path, MOST, 600))


def test_the_right_password_is_right_however_often(checker: Checker) -> None:
    assert [checker.check("alice", "alice-box") for _ in range(MOST + 2)] == [{}] * (MOST + 2)


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("alice", "wrong"),
        ("alice", ""),
        ("alice", "alice-box\0"),
        ("alice", 7),
        (None, "x"),
        ("root", "root-box"),
        ("daemon", "daemon-box"),
        ("nobody", "nobody-box"),
        ("Strange", "Strange-box"),
        ("ghost", "ghost-box"),
        ("../alice", "../alice-box"),
        ("alice\n", "alice\n-box"),
    ],
)
def test_nobody_else_gets_in_and_nobody_learns_why(checker: Checker, user: object, password: object) -> None:
    assert checker.check(user, password) == {"kind": "wrong"}


def test_after_too_many_failures_not_even_the_right_password_is_tried(checker: Checker) -> None:
    assert [checker.check("alice", "wrong")["kind"] for _ in range(MOST + 1)] == ["wrong"] * MOST + ["limited"]
    answer = checker.check("alice", "alice-box")
    assert answer["kind"] == "limited"
    assert "Try again in 4 min" in answer["words"]
    assert checker.check("bob", "bob-box") == {}


def test_failures_are_forgiven_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    failures = Failures(tmp_path, 3, 600)
    assert [failures.take("alice") for _ in range(4)] == [0, 0, 0, 200]
    now[0] += 200
    assert [failures.take("alice") for _ in range(2)] == [0, 200]
    now[0] -= 100_000  # a clock that was put back locks nobody out for that long
    assert failures.take("alice") <= 200


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (12, "refused", "has expired. Change it"),
        (13, "refused", "expired"),
        (9, "unavailable", "cannot be checked now"),
    ],
)
def test_what_is_wrong_with_the_account_is_said_to_its_owner(
    checker: Checker, code: int, kind: str, words: str
) -> None:
    answer = checker.check("alice", f"pam-{code}")
    assert answer["kind"] == kind
    assert words in answer["words"]


@pytest.fixture
def served(checker: Checker, tmp_path: Path) -> Iterator[PamServer]:
    server = PamServer(tmp_path / "socket", os.geteuid(), checker, delay=0.5)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def hub(directory: Path, **settings: Any) -> PamAuthenticator:
    return PamAuthenticator(socket=str(directory / "socket"), timeout=20, **settings)


async def test_the_hub_asks_and_believes_it(served: PamServer, tmp_path: Path) -> None:
    assert oct((tmp_path / "socket").stat().st_mode & 0o777) == "0o660"
    ask = hub(tmp_path).authenticate
    assert await ask(None, {"username": "alice", "password": "alice-box"}) == "alice"
    began = time.monotonic()
    assert await ask(None, {"username": "alice", "password": "bob-box"}) is None
    assert time.monotonic() - began >= 0.5
    assert await ask(None, {"username": "Alice", "password": "Alice-box"}) is None
    assert await ask(None, {}) is None
    with pytest.raises(HTTPError, match=r"429.*Too many log-ins"):
        await asyncio.gather(*(ask(None, {"username": "bob", "password": "no"}) for _ in range(MOST + 1)))


async def test_another_account_gets_no_answer(served: PamServer, tmp_path: Path) -> None:
    served.uid = os.geteuid() + 1
    served_as = os.geteuid
    os.geteuid = lambda: served_as() + 2
    try:
        with pytest.raises(HTTPError, match="503"):
            await hub(tmp_path).authenticate(None, {"username": "alice", "password": "alice-box"})
    finally:
        os.geteuid = served_as


async def test_without_the_service_the_form_says_so(tmp_path: Path) -> None:
    with pytest.raises(HTTPError) as caught:
        await hub(tmp_path).authenticate(None, {"username": "alice", "password": "canary"})
    assert caught.value.status_code == 503
    assert "canary" not in str(caught.value)


def test_who_is_not_on_the_list_is_told_so(tmp_path: Path) -> None:
    assert hub(tmp_path, allowed_users={"alice"}).check_allowed("alice", {})
    assert hub(tmp_path, allow_all=True).check_allowed("bob", {})
    with pytest.raises(HTTPError, match="bob may not use this service"):
        hub(tmp_path, allowed_users={"alice"}).check_allowed("bob", {})
