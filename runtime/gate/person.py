"""The face that sudo starts as the user: `cluster submit`, `cancel` or `log`, script or job id on stdin."""

import os
import pwd
import sys
from typing import List, Sequence

from . import hand_over
from .account import permitted_account
from .job_log import tail
from .refusal import NOT_A_REQUEST, NOT_PERMITTED, Refusal
from .request import AS_USER, check_job
from .run import environment_of, filled, forwarded_environment, run, say
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
        return _submit(data, check_script(data, settings), account, settings)
    job = check_job(data.decode("ascii", "replace"), settings)
    if operation == "log":
        say(tail(account.pw_dir, settings.log_file.replace("{job}", job)))
        return 0
    return _cancel(job, account, settings)


def _submit(script: bytes, options: List[str], account: pwd.struct_passwd, settings: Settings) -> int:
    handed_over = hand_over.path_for(options, settings)
    if handed_over:
        hand_over.write(account.pw_dir, handed_over, forwarded_environment(settings))
    vector = filled(settings.commands["submit"], account.pw_name, "")
    environment = environment_of(settings, account, forwarded=not handed_over)
    status, printed = run(vector, environment, settings.timeout, script)
    if handed_over and status != 0:
        hand_over.remove(account.pw_dir, handed_over)
    say(printed)
    return status


def _cancel(job: str, account: pwd.struct_passwd, settings: Settings) -> int:
    environment = environment_of(settings, account, forwarded=False)
    if settings.own_job is not None:
        command, line = settings.own_job
        status, printed = run(filled(command, account.pw_name, job), environment, settings.timeout)
        if status != 0:
            return status
        if not any(line.fullmatch(found) for found in printed.decode("utf-8", "replace").splitlines()):
            raise Refusal(NOT_PERMITTED, "Job %s is no server of this hub." % job)
    status, printed = run(filled(settings.commands["cancel"], account.pw_name, job), environment, settings.timeout)
    say(printed)
    return status
