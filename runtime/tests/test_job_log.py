"""A log is made readable and stays text."""

import pytest

from jupyterhub_hpc.job_log import MOST_LINES, readable


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("one\r\ntwo\n\n", "one\ntwo"),
        ("10%\r50%\r100%\nready", "100%\nready"),
        ("\x1b[1;31mred\x1b[0m \x1b]0;title\x07plain\x1b]8;;x\x1b\\", "red plain"),
        ("bell\x07 null\x00 \x9b31m", "bell\ufffd null\ufffd \ufffd31m"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("\tindented", "\tindented"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", ""),
    ],
)
def test_readable(raw: str, text: str) -> None:
    assert readable(raw) == text


def test_the_end_is_what_is_shown() -> None:
    lines = readable("\n".join(str(number) for number in range(5000))).split("\n")
    assert (len(lines), lines[-1]) == (MOST_LINES, "4999")
