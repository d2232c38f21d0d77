"""The end of a job's log, read as the user whose log it is."""

import os
import stat

from .refusal import NO_INPUT, NOT_PERMITTED, Refusal

MOST = 8192
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe in its place must not make anybody wait


def tail(home: str, path: str, most: int = MOST) -> bytes:
    """The last bytes of a plain file of one's own below one's home. No link below the home is followed.

    Raises:
        Refusal: there is none, or something else is in its place
    """
    opened = []
    try:
        at = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        opened.append(at)
        steps = path.split("/")
        for number, step in enumerate(steps, 1):
            at = os.open(step, _FLAGS if number == len(steps) else _FLAGS | os.O_DIRECTORY, dir_fd=at)
            opened.append(at)
        about = os.fstat(at)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.getuid():
            raise Refusal(NOT_PERMITTED, "~/%s is not a plain file of its user." % path)
        return os.pread(at, most, max(0, about.st_size - most))
    except OSError as error:
        raise Refusal(NO_INPUT, "~/%s cannot be read: %s." % (path, error.strerror)) from None
    finally:
        for descriptor in opened:
            os.close(descriptor)
