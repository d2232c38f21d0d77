"""The face that the hub's account has: sshd starts it for whatever is asked, or a hub on this host does."""

import json
import pwd
import sys
from typing import List, Optional, Sequence

from . import journal
from .account import permitted_account
from .limits import count_all, count_user
from .refusal import Refusal
from .request import AS_USER, Request, parse, words_of
from .run import environment_of, filled, run, say
from .script import check_script
from .settings import Settings

_MARGIN = 5  # seconds that a command run by sudo has longer than the same command in the hands of the user's face


def serve(arguments: Sequence[str], ssh_command: Optional[str], settings: Settings) -> int:
    """Do what is asked, if it may be asked, and write a line about it to the journal either way.

    Raises:
        Refusal: it is not to be done
    """
    words = words_of(arguments, ssh_command)
    options: List[str] = []
    request = Request(" ".join(words)[:128], "", "")  # as long as it is none
    result = "failed"
    try:
        request = parse(words, settings)
        count_all(request, settings)
        status, job = _do(request, settings, options)
        request.job = request.job or job
        result = "done" if status == 0 else "status %d" % status
        return status
    except Refusal as refusal:
        result = "refused: " + refusal.words
        raise
    finally:
        about = journal.line(request.operation, request.user, request.job, " ".join(options), result)
        journal.write(about, settings.account)


def _do(request: Request, settings: Settings, options: List[str]) -> "tuple[int, str]":
    account = permitted_account(request.user, settings) if request.user else None
    if account is not None:
        count_user(request, settings)
    if account is not None and request.operation == "account":
        fields = {"name": account.pw_name, "uid": account.pw_uid, "home": account.pw_dir, "shell": account.pw_shell}
        say(json.dumps(fields).encode() + b"\n")
        return 0, ""
    if account is not None and request.operation in AS_USER:
        return _as_user(request, account, settings, options)
    status, printed = _ask(request.operation, request, settings)
    if status != 0 and request.operation == "job" and settings.commands["ended"]:
        status, printed = _ask("ended", request, settings)
    say(printed)
    return status, ""


def _ask(command: str, request: Request, settings: Settings) -> "tuple[int, bytes]":
    vector = filled(settings.commands[command], request.user, request.job)
    if not vector:
        return 0, b""
    return run(vector, environment_of(settings, None, forwarded=False), settings.timeout)


def _as_user(request: Request, account: pwd.struct_passwd, settings: Settings, options: List[str]) -> "tuple[int, str]":
    submits = request.operation == "submit"
    data = request.job.encode()
    if submits:
        data = sys.stdin.buffer.read(settings.script_bytes + 1)
        options.extend(check_script(data, settings))  # before anything is done; the user's face checks it again
    vector = ["/usr/bin/sudo", "-n", "-u", account.pw_name, "--", settings.program, request.operation]
    environment = environment_of(settings, None, forwarded=submits)
    status, printed = run(vector, environment, settings.timeout + _MARGIN, data)
    say(printed)
    last = printed.decode("ascii", "replace").strip().rpartition("\n")[2]  # a site's notice may stand before it
    return status, last.split(";")[0][:64] if submits and status == 0 else ""
