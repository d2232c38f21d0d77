"""The end of a job's log: a file that only its owner can read, and that is shown to its owner only."""

import asyncio
import re
import time

from .job_state import JobState

MOST_LINES = 200
_FRESH = 3  # seconds for which one reading serves whoever asks

# Colours, titles and cursor movements of terminals (ECMA-48): CSI and OSC sequences, and the two-character ones.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")


def readable(raw: str) -> str:
    """A log fit to be read on a page: without terminal codes and control characters, a progress bar as its last state.

    It stays text that anybody may have written: whoever shows it escapes it.
    """
    lines = []
    for line in _ESCAPES.sub("", raw).split("\n"):
        last = line.rstrip("\r").rsplit("\r", 1)[-1]
        lines.append("".join(c if c == "\t" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in last).rstrip())
    return "\n".join(lines[-MOST_LINES:]).strip("\n")


class JobLog(JobState):
    """Reads it on a login node as its owner, when it is asked for, and keeps it for no longer than some seconds."""

    _log_read = ("", float("-inf"), "")  # job, time.monotonic(), text
    _log_lock: asyncio.Lock | None = None

    async def job_log_tail(self, job_id: str) -> str:
        """The end of the log of a job of this server's user; empty when there is none.

        Raises:
            ClusterError: it cannot be read now
        """
        self._log_lock = self._log_lock or asyncio.Lock()
        async with self._log_lock:
            job, read, text = self._log_read
            if job != job_id or time.monotonic() - read > _FRESH:
                text = readable(await self._cluster.log(self._checked_username(), job_id))
                self._log_read = (job_id, time.monotonic(), text)
        return text
