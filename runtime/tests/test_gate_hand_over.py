"""A job's environment, where the scheduler would show it to everybody."""

import os
import stat
import time

import pytest
from gate_node import HANDED, MARK, Node


@pytest.fixture
def telling(node: Node) -> Node:
    """A node whose scheduler shows everybody a job's environment."""
    node.settings["handOver"] = {
        "file": ".jupyterhub/handed-over/{mark}",
        "mark": "--job-name=jupyterhub-([0-9a-f]{16})",
    }
    node.settings["script"]["rules"] = [{"pattern": "--job-name=jupyterhub-[0-9a-f]{16}"}]
    node.write()
    return node


def test_an_environment_that_would_be_shown_is_handed_over_in_a_private_file(telling: Node) -> None:
    token = {"JUPYTERHUB_API_TOKEN": "canary", "JUPYTERHUB_USER": "a b\nc", "LD_PRELOAD": "/evil"}
    assert telling.ask("submit", "alice", stdin=HANDED, **token).returncode == 0
    assert "canary" not in telling.read("environment") + telling.read("stdin")
    place = telling.home / ".jupyterhub/handed-over"
    assert (place / MARK).read_bytes() == b"JUPYTERHUB_API_TOKEN=canary\0JUPYTERHUB_USER=a b\nc\0"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (place / MARK, place)] == [0o600, 0o700]
    assert telling.ask("submit", "alice", stdin=HANDED, **token).returncode == 69  # nobody's file is written again


def test_a_file_that_no_job_comes_for_is_removed(telling: Node) -> None:
    place = telling.home / ".jupyterhub/handed-over"
    place.mkdir(mode=0o777)
    for name, age in [("0" * 16, 3), ("1" * 16, 1), ("notes", 9)]:
        (place / name).touch()
        os.utime(place / name, (time.time() - age * 86400,) * 2)
    telling.settings["commands"]["submit"] = ["/bin/false"]
    telling.write()
    assert telling.ask("submit", "alice", stdin=HANDED, JUPYTERHUB_API_TOKEN="canary").returncode == 1
    assert sorted(path.name for path in place.iterdir()) == ["1" * 16, "notes"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


@pytest.mark.parametrize("place", ["link", "link above", "no directory"])
def test_nothing_is_handed_over_in_another_place(telling: Node, place: str) -> None:
    secret, handed = telling.directory / "secret", telling.home / ".jupyterhub/handed-over"
    secret.mkdir()
    if place == "link":
        handed.mkdir()
        (handed / MARK).symlink_to(secret / "token")
    elif place == "link above":
        handed.symlink_to(secret)
    else:
        handed.touch()
    answer = telling.ask("submit", "alice", stdin=HANDED, JUPYTERHUB_API_TOKEN="canary")
    assert (answer.returncode, telling.read("stdin"), list(secret.iterdir())) == (69, "", [])
    assert "handed-over" in answer.stderr
