"""Runs a scheduler's command, or sudo, with nothing but what is listed, and not for ever."""

import os
import pwd
import subprocess
import sys
from typing import Dict, List, Optional, Tuple

from .refusal import UNAVAILABLE, Refusal
from .settings import Settings

_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def environment_of(settings: Settings, account: Optional[pwd.struct_passwd], forwarded: bool) -> Dict[str, str]:
    """The environment of a command: fixed names, the scheduler's own, and the hub's listed ones where it needs them."""
    environment = forwarded_environment(settings) if forwarded else {}
    environment.update(settings.scheduler_environment, PATH=_PATH, LANG="C.UTF-8")
    if account is not None:
        name, home, shell = account.pw_name, account.pw_dir, account.pw_shell
        environment.update(HOME=home, USER=name, LOGNAME=name, SHELL=shell)
    return environment


def forwarded_environment(settings: Settings) -> Dict[str, str]:
    """What the hub hands on to a job: the listed names alone."""
    return {name: os.environ[name] for name in settings.environment if name in os.environ}


def filled(vector: List[str], user: str, job: str) -> List[str]:
    """A command of the settings with its user and job, each a checked word inside one argument."""
    return [word.replace("{user}", user).replace("{job}", job) for word in vector]


def run(vector: List[str], environment: Dict[str, str], timeout: int, data: bytes = b"") -> Tuple[int, bytes]:
    """Run a command. What it says on stderr is said.

    Returns:
        its exit status, and what it printed

    Raises:
        Refusal: it could not be run, or took too long; whether it did something then is unknown
    """
    name = os.path.basename(vector[0])
    try:
        child = subprocess.Popen(vector, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd="/")
    except OSError as error:
        raise Refusal(UNAVAILABLE, "%s cannot be run: %s." % (vector[0], error.strerror)) from None
    try:
        printed, _ = child.communicate(data, timeout)
    except subprocess.TimeoutExpired:
        try:
            child.kill()
        except PermissionError:
            pass  # sudo is root's, and ends with what it started, which has a limit of its own
        raise Refusal(UNAVAILABLE, "%s timed out: no answer within %d s." % (name, timeout)) from None
    return child.returncode, printed


def say(printed: bytes) -> None:
    """Pass on what was printed."""
    sys.stdout.buffer.write(printed)
    sys.stdout.buffer.flush()
