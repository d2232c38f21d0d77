"""How often a log-in may fail: a number in a file for each account, the time at which all failures are forgiven."""

import fcntl
import os
import time
from pathlib import Path


class Failures:
    """Each failure costs its share of `seconds`, and no more than all of it may be owed: `most` failures."""

    def __init__(self, directory: Path, most: int, seconds: float) -> None:
        self._directory = directory
        self._share = seconds / most
        self._seconds = seconds

    def take(self, name: str) -> float:
        """Count an attempt as failed before it is made, so that many at once are no more than one after the other.

        Args:
            name: an account of this host

        Returns:
            seconds until the next attempt may be made; 0: this one may
        """
        with self._owed(name) as owed:
            wait = owed.until + self._share - self._seconds - time.time()
            if wait <= 0:
                owed.until += self._share
            return max(0.0, wait)

    def give_back(self, name: str) -> None:
        """The attempt did not fail."""
        with self._owed(name) as owed:
            owed.until -= self._share

    def _owed(self, name: str) -> "_Owed":
        return _Owed(self._directory / name, self._seconds)


class _Owed:
    """What is owed for one account, while nobody else can change it."""

    until: float

    def __init__(self, file: Path, seconds: float) -> None:
        self._file = file
        self._seconds = seconds

    def __enter__(self) -> "_Owed":
        self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        now, written = time.time(), float(os.read(self._descriptor, 64) or b"0")
        self.until = min(max(now, written), now + self._seconds)  # also when the clock was put back
        return self

    def __exit__(self, *_: object) -> None:
        os.pwrite(self._descriptor, b"%-32.6f" % self.until, 0)
        os.close(self._descriptor)
