"""The lock file that an environment follows, and as whom it is installed."""

import hashlib
import os
import pwd
import stat

from .settings import Problem

_MOST_BYTES = 10 * 1024 * 1024


class Lock:
    """Its text, and its owner: it is installed with that account's rights, so that whoever writes it gains none."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            with open(path, "rb") as file:
                status = os.fstat(file.fileno())
                content = file.read(_MOST_BYTES)
        except OSError as error:
            raise Problem(
                "The lock file %s cannot be read: %s. Next: put it there, or mend environments[].install.update.lock."
                % (path, error.strerror)
            ) from error
        open_to = stat.S_IWOTH if status.st_uid else stat.S_IWOTH | stat.S_IWGRP
        if status.st_mode & open_to:
            raise Problem(
                "The lock file %s can be written by others than its owner: what they put there would run as it. "
                "Next: chmod %s %s, or give it to the account that maintains it."
                % (path, "o-w" if status.st_uid else "go-w", path)
            )
        try:
            self.text = content.decode()
            self.owner = pwd.getpwuid(status.st_uid)
        except (UnicodeDecodeError, KeyError) as error:
            raise Problem(
                "The lock file %s is no text, or nobody's: %s. Next: write it anew." % (path, error)
            ) from error
        self.digest = hashlib.sha256(content).hexdigest()
