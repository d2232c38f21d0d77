"""What may be asked, word by word. Anything else is no request."""

import re
from typing import List, Optional, Sequence

from .refusal import NOT_A_REQUEST, NOT_PERMITTED, Refusal
from .settings import Settings

_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.@-]{0,63}")
_LONGEST = 256

OPERATIONS = {
    "submit": ("user",),
    "cancel": ("user", "job"),
    "queue": (),
    "find": ("user",),
    "job": ("job",),
    "log": ("user", "job"),
    "account": ("user",),
    "partitions": (),
    "privacy": (),
}  # what each operation takes, in this order
AS_USER = ("submit", "cancel", "log")


class Request:
    """A request whose words have the form they must have."""

    def __init__(self, operation: str, user: str, job: str) -> None:
        self.operation = operation
        self.user = user
        self.job = job


def words_of(arguments: Sequence[str], ssh_command: Optional[str]) -> List[str]:
    """The words of a request: the arguments, or what came over SSH, which no shell has seen and none will."""
    if arguments or ssh_command is None:
        return list(arguments)
    return ssh_command.split(" ") if len(ssh_command) <= _LONGEST else ["too long"]


def parse(words: Sequence[str], settings: Settings) -> Request:
    """The request in some words.

    Raises:
        Refusal: it is none, or its user name or job id is none
    """
    operation = words[0] if words else ""
    takes = OPERATIONS.get(operation)
    if takes is None or len(words) != 1 + len(takes):
        known = "; ".join(
            " ".join((name,) + tuple(word.upper() for word in needs)) for name, needs in OPERATIONS.items()
        )
        raise Refusal(NOT_A_REQUEST, "That is nothing this host does for a hub. Known: " + known + ".")
    given = dict(zip(takes, words[1:]))  # noqa: B905
    user, job = given.get("user", ""), given.get("job", "")
    if "user" in given and not (_USER.fullmatch(user) and settings.name_pattern.fullmatch(user)):
        raise Refusal(NOT_PERMITTED, "%s is not the name of a user of this service." % ascii(user[:64]))
    if "job" in given:
        check_job(job, settings)
    return Request(operation, user, job)


def check_job(job: str, settings: Settings) -> str:
    """The id, if it is one.

    Raises:
        Refusal: it is none
    """
    if len(job) > 64 or not settings.job_pattern.fullmatch(job):
        raise Refusal(NOT_A_REQUEST, "%s is no job id." % ascii(job[:64]))
    return job
