"""User names come from outside: they are matched against a strict pattern before anything else is done with them."""

import re

DEFAULT_PATTERN = r"[a-z][a-z0-9_-]{0,31}"

# Never a person, whatever the pattern of a site says.
SYSTEM_ACCOUNTS = frozenset(
    {
        *(
            "root",
            "daemon",
            "bin",
            "sys",
            "sync",
            "games",
            "man",
            "lp",
            "mail",
            "news",
            "uucp",
            "proxy",
            "backup",
            "list",
        ),
        *(
            "www-data",
            "irc",
            "nobody",
            "sshd",
            "messagebus",
            "polkitd",
            "postfix",
            "ntp",
            "chrony",
            "dbus",
            "adm",
            "ftp",
        ),
        *("systemd-network", "systemd-resolve", "systemd-timesync", "systemd-coredump", "operator", "halt", "shutdown"),
        *("munge", "slurm", "sgeadmin", "condor", "jupyterhub", "admin"),
    }
)


class UsernameRefused(ValueError):
    """The name is no cluster user's. The message is fit to be shown to the person who tried it."""


def check_username(name: object, pattern: str = DEFAULT_PATTERN) -> str:
    """Return the name unchanged when it may be a cluster user's.

    It is never normalised: `Alice` at the identity provider is not `alice` on the cluster.

    Args:
        name: what the identity provider, a database row or a request says
        pattern: regular expression that the whole name must match

    Raises:
        UsernameRefused: for anything else
    """
    if not isinstance(name, str) or not name:
        raise UsernameRefused("The identity provider gave no user name.")
    if not re.fullmatch(pattern, name):
        raise UsernameRefused(f"The user name {name[:64]!r} cannot be an account of this cluster.")
    if name in SYSTEM_ACCOUNTS:
        raise UsernameRefused(f"{name} is a system account, not a person.")
    return name
