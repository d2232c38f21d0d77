"""One line in the journal for each request. It holds no secret: neither the script nor the environment."""

import os
import re
import syslog

_PLAIN = re.compile(r"[A-Za-z0-9._:@%+-]+")
IDENTIFIER = "jupyterhub-hpc"


def line(operation: str, user: str, job: str, options: str, result: str) -> str:
    """The words of a line."""
    hub = os.environ.get("SSH_CONNECTION", "").split(" ")[0]
    parts = [("operation", operation), ("user", user), ("job", job), ("hub", hub), ("result", result)]
    parts.append(("options", options))
    return " ".join("%s=%s" % (name, _word(value)) for name, value in parts if value)


def _word(value: str) -> str:
    """A value as one word, or quoted, so that no value looks like another field or another line."""
    return value if _PLAIN.fullmatch(value) else '"%s"' % ascii(value)[1:-1].replace('"', "'")


def write(words: str, account: str) -> None:
    """Write a line."""
    syslog.openlog("%s-%s" % (IDENTIFIER, account), 0, syslog.LOG_AUTHPRIV)
    syslog.syslog(syslog.LOG_INFO, words)
