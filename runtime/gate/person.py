"""The face that sudo starts as the user: `cluster submit`, `cancel` or `log`, script or job id on stdin."""

import os
import pwd
import sys
from typing import Sequence

from .account import permitted_account
from .job_log import tail
from .refusal import NOT_A_REQUEST, Refusal
from .request import AS_USER, check_job
from .run import environment_of, filled, run, say
from .script import check_script
from .settings import Settings


def serve(arguments: Sequence[str], settings: Settings) -> int:
    """Do one thing in one's own name.

    Raises:
        Refusal: it is not to be done
    """
    if len(arguments) != 1 or arguments[0] not in AS_USER:
        raise Refusal(NOT_A_REQUEST, "A user may ask for: %s." % ", ".join(AS_USER))
    operation = arguments[0]
    account = permitted_account(pwd.getpwuid(os.getuid()).pw_name, settings)
    data = sys.stdin.buffer.read(settings.script_bytes + 1)
    if operation == "submit":
        check_script(data, settings)
        job = ""
    else:
        job = check_job(data.decode("ascii", "replace"), settings)
    if operation == "log":
        say(tail(account.pw_dir, settings.log_file.replace("{job}", job)))
        return 0
    vector = filled(settings.commands[operation], account.pw_name, job)
    environment = environment_of(settings, account, forwarded=operation == "submit")
    status, printed = run(vector, environment, settings.timeout, data if operation == "submit" else b"")
    say(printed)
    return status
