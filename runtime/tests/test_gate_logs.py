"""The end of a job's log, and nothing else of a user's files."""

import os

import pytest
from gate_node import Node


def test_the_end_of_a_log(node: Node) -> None:
    log = node.home / ".jupyterhub/logs/server-7.log"
    log.write_text("first" + "x" * 8192 + "last\n")
    answer = node.ask("log", "alice", "7")
    assert (answer.returncode, answer.stdout[-5:]) == (0, "last\n")
    assert "first" not in answer.stdout
    assert len(answer.stdout) == 8192


@pytest.mark.parametrize("place", ["link", "link above", "pipe", "directory", "nothing"])
def test_what_is_no_log_is_not_read(node: Node, place: str) -> None:
    logs, secret = node.home / ".jupyterhub/logs", node.directory / "secret"
    log = logs / "server-7.log"
    secret.mkdir()
    (secret / "server-7.log").write_text("canary")
    if place == "link":
        log.symlink_to(secret / "server-7.log")
    elif place == "link above":
        logs.rmdir()
        logs.symlink_to(secret)
    elif place == "pipe":
        os.mkfifo(log)
    elif place == "directory":
        log.mkdir()
    answer = node.ask("log", "alice", "7")
    assert answer.returncode in (66, 77)
    assert answer.stdout == ""
    assert "server-7.log" in answer.stderr
