"""How much may be asked in how much time. A limit is a number in a file: the time at which all asked is paid off."""

import fcntl
import os
import time
from typing import Tuple

from .refusal import LIMIT_REACHED, UNAVAILABLE, Refusal
from .request import Request
from .settings import Settings


def count_all(request: Request, settings: Settings) -> None:
    """Count a request against what this hub may ask for.

    Raises:
        Refusal: the limit is reached (saying when it will be less), or it cannot be counted
    """
    _count_one(_kind(request), "", "This hub has asked", settings)


def count_user(request: Request, settings: Settings) -> None:
    """Count a request against what may be asked for one user, who is known to exist: there is a file for each.

    Raises:
        Refusal: the limit is reached (saying when it will be less), or it cannot be counted
    """
    _count_one(_kind(request) + "PerUser", request.user, "%s has asked" % request.user, settings)


def _kind(request: Request) -> str:
    return "submits" if request.operation == "submit" else "requests"


def _count_one(limit: str, user: str, who: str, settings: Settings) -> None:
    seconds, most = settings.limits["seconds"], settings.limits[limit]
    name = limit + ("." + user if user else "")
    try:
        granted, again = take(os.path.join(settings.limits_directory, name), seconds, most, time.time())
    except (OSError, ValueError) as error:
        words = "What is asked of this host cannot be counted (%s), so that nothing is done." % error
        raise Refusal(UNAVAILABLE, words) from None
    if not granted:
        what = "servers" if limit.startswith("submits") else "things"
        at = time.strftime("%H:%M:%S", time.localtime(again))
        words = "%s for as many %s as it may: %d in %d s. Again at %s." % (who, what, most, seconds, at)
        raise Refusal(LIMIT_REACHED, words)


def take(path: str, seconds: int, most: int, now: float) -> Tuple[bool, float]:
    """Take one of `most` in `seconds`. Each costs its share of the time, and no more than all of it may be owed.

    Returns:
        whether it was granted, and when the next one will be
    """
    share = seconds / most
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        owed = max(now, float(os.read(descriptor, 64) or b"0"))
        paid = min(owed, now + seconds)  # a clock that was put back must not lock anybody out until it has caught up
        granted = paid + share <= now + seconds
        if granted or paid < owed:
            os.pwrite(descriptor, b"%-32.6f" % (paid + share if granted else paid), 0)
        return granted, max(now, paid + share * (2 if granted else 1) - seconds)
    finally:
        os.close(descriptor)
