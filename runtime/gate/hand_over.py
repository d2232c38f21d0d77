"""A job's environment in a file of its user's, for schedulers that show everybody what a job's environment holds.

The job's script names the file by the mark on the job, reads it and removes it.
"""

import os
import re
import stat
import time
from typing import Dict, List, Sequence

from .refusal import NOT_PERMITTED, UNAVAILABLE, Refusal
from .settings import Settings

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_STALE = 2 * 86400  # seconds after which no job will come for its file: no start takes as long


def path_for(options: Sequence[str], settings: Settings) -> str:
    """Below the home: the file of the job with these options; empty where the environment goes with the command.

    Raises:
        Refusal: the job bears no mark
    """
    if settings.hand_over is None:
        return ""
    file, pattern = settings.hand_over
    for option in options:
        match = pattern.fullmatch(option)
        if match:
            return file.replace("{mark}", match.group(1))
    raise Refusal(NOT_PERMITTED, "The job script does not say which file its environment is handed over in.")


def write(home: str, path: str, environment: Dict[str, str]) -> None:
    """Make the file, for its user alone, and remove those that no job came for. No link below the home is followed.

    Raises:
        Refusal: it cannot be made
    """
    name = os.path.basename(path)
    opened = []  # type: List[int]
    try:
        at = _enter(home, path, opened)
        _remove_stale(at, name)
        file = os.open(name, _NEW, 0o600, dir_fd=at)
        opened.append(file)
        os.write(file, b"".join(os.fsencode("%s=%s\0" % pair) for pair in environment.items()))
        os.fsync(file)  # the job reads it on another host
    except OSError as error:
        raise Refusal(UNAVAILABLE, "~/%s cannot be written: %s." % (path, error.strerror)) from None
    finally:
        for descriptor in opened:
            os.close(descriptor)


def remove(home: str, path: str) -> None:
    """Remove the file, if it is there."""
    opened = []  # type: List[int]
    try:
        os.unlink(os.path.basename(path), dir_fd=_enter(home, path, opened))
    except OSError:
        pass  # then it is found stale one day
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _enter(home: str, path: str, opened: List[int]) -> int:
    """The directory of a file below a home; what is missing is made."""
    at = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    opened.append(at)
    for step in path.split("/")[:-1]:
        try:
            os.mkdir(step, 0o700, dir_fd=at)
        except FileExistsError:
            pass
        at = os.open(step, _DIRECTORY, dir_fd=at)
        opened.append(at)
        if os.fstat(at).st_uid != os.getuid():
            raise Refusal(NOT_PERMITTED, "~/%s is not its user's own." % path)
    os.fchmod(at, 0o700)
    return at


def _remove_stale(at: int, like: str) -> None:
    for name in os.listdir(at):
        if len(name) == len(like) and re.fullmatch("[0-9a-f]+", name):
            about = os.stat(name, dir_fd=at, follow_symlinks=False)
            if stat.S_ISREG(about.st_mode) and about.st_mtime < time.time() - _STALE:
                os.unlink(name, dir_fd=at)
