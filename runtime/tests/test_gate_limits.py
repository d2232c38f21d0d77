"""How often a hub may ask a login node, counted there."""

import re
import stat
import time

from gate_node import SCRIPT, Node


def test_servers_started_are_counted(node: Node) -> None:
    for _ in range(3):
        assert node.ask("submit", "alice", stdin=SCRIPT).returncode == 0
    over = node.ask("submit", "alice", stdin=SCRIPT)
    assert over.returncode == 75
    told = re.search(
        r"alice has asked for as many servers as it may: 3 in 600 s\. Again at (\d\d):(\d\d):(\d\d)\.", over.stderr
    )
    assert told
    now = time.localtime()
    wait = sum(int(part) * unit for part, unit in zip(told.groups(), (3600, 60, 1), strict=True))
    assert 120 < (wait - now.tm_hour * 3600 - now.tm_min * 60 - now.tm_sec) % 86400 <= 201  # a third of the time
    assert node.ask("cancel", "alice", "7").returncode == 0  # counted apart
    (node.directory / "limits" / "submitsPerUser.alice").unlink()
    assert node.ask("submit", "alice", stdin=SCRIPT).returncode == 0  # the hub's fifth: the refused one counted too
    assert "This hub has asked" in node.ask("submit", "alice", stdin=SCRIPT).stderr
    assert stat.S_IMODE((node.directory / "limits" / "submits").stat().st_mode) == 0o600


def test_unknown_users_leave_nothing_behind(node: Node) -> None:
    for number in range(3):
        node.ask("account", f"ghost{number}")
    assert [path.name for path in (node.directory / "limits").iterdir()] == ["requests"]


def test_what_cannot_be_counted_is_not_done(node: Node) -> None:
    (node.directory / "limits" / "submits").write_text("full of nonsense")
    answer = node.ask("submit", "alice", stdin=SCRIPT)
    assert (answer.returncode, node.read("stdin")) == (69, "")
    assert "cannot be counted" in answer.stderr


def test_a_clock_that_was_put_back_locks_nobody_out_for_long(node: Node) -> None:
    (node.directory / "limits" / "requests").write_text(str(time.time() + 1e9))
    assert node.ask("queue").returncode == 75
    assert float((node.directory / "limits" / "requests").read_text()) <= time.time() + 600
