"""Which face the program has, and how it says no."""

import os
import pwd
import signal
import sys
from typing import Optional, Sequence

from . import person, service
from .refusal import MARK, NOT_PERMITTED, UNAVAILABLE, Refusal
from .settings import read_settings

_LONGEST = 60  # seconds, standard input included


def main(directory: str, arguments: Sequence[str], ssh_command: Optional[str]) -> int:
    """Serve one request; what is refused is said on stderr in words for the user.

    Args:
        directory: where the program and its `cluster.json` are
        arguments: of the command line
        ssh_command: what was asked over SSH, if it came that way
    """
    os.umask(0o077)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(_LONGEST)
    try:
        if os.geteuid() == 0:
            raise Refusal(NOT_PERMITTED, "This is nothing for root.")
        settings = read_settings(directory)
        if pwd.getpwuid(os.getuid()).pw_name == settings.account:
            return service.serve(arguments, ssh_command, settings)
        return person.serve(arguments, settings)
    except Refusal as refusal:
        status, words = refusal.status, refusal.words
    except (OSError, ValueError, KeyError) as error:
        status, words = UNAVAILABLE, "The program in %s does not work: %s." % (directory, error)
    sys.stderr.write("%s%s\n" % (MARK, words))
    return status


def _too_long(_number: int, _frame: object) -> None:
    raise Refusal(UNAVAILABLE, "The request timed out: it was not whole, or not done, within %d s." % _LONGEST)
