"""Where a cluster user's home directory is, without that user existing on the hub's host."""

import re
from dataclasses import dataclass

from traitlets import Integer, Unicode
from traitlets.config import SingletonConfigurable

from .errors import ClusterError, CommandFailed
from .login_nodes import LoginNodes

SAFE_PATH = re.compile(r"/[A-Za-z0-9._+@-]+(?:/[A-Za-z0-9._+@-]+)*")


@dataclass(frozen=True)
class Account:
    """A user of the cluster."""

    name: str
    home: str
    shell: str


class Accounts(SingletonConfigurable):
    """Looks up accounts, by a rule or on a login node."""

    home = Unicode(
        help="Rule such as /home/{username}; empty: getent passwd on a login node. "
        "Named groups of username_groups may be used: /user/{institute}/{username}."
    ).tag(config=True)
    username_groups = Unicode(help="Regular expression with named groups over the user name, for the rule.").tag(
        config=True
    )
    shell = Unicode("/bin/bash", help="Login shell where a rule gives the home directory.").tag(config=True)
    minimum_uid = Integer(1000, help="Accounts with a lower uid are refused (only looked up ones can be).").tag(
        config=True
    )

    async def lookup(self, username: str) -> Account:
        """The account of a user whose name has been checked.

        Raises:
            ClusterError: there is no such account, it is a system account, or its home directory is unusable
        """
        if not self.home:
            return await self._lookup_remote(username)
        groups = {}
        if self.username_groups:
            match = re.fullmatch(self.username_groups, username)
            if not match:
                raise ClusterError(f"The rule for home directories does not fit the user name {username}.")
            groups = match.groupdict("")
        return self._checked(Account(username, self.home.format(username=username, **groups), self.shell))

    async def _lookup_remote(self, username: str) -> Account:
        try:
            line = await LoginNodes.instance(config=self.config).output(
                ["/usr/bin/getent", "passwd", username], repeatable=True
            )
        except CommandFailed as error:
            if error.exit_status != 2:
                raise
            raise ClusterError(f"{username} has no account on the cluster's login nodes.") from None
        name, _, uid, _, _, home, shell = (line.strip().split(":") + [""] * 7)[:7]
        if name != username or not uid.isdigit() or int(uid) < self.minimum_uid:
            raise ClusterError(f"{username} is no account of a person on the cluster (uid {uid or 'unknown'}).")
        return self._checked(Account(username, home, shell or self.shell))

    def _checked(self, account: Account) -> Account:
        for what, path in (("home directory", account.home), ("shell", account.shell)):
            if not SAFE_PATH.fullmatch(path) or ".." in path:
                raise ClusterError(f"The {what} of {account.name} is {path!r}, which cannot be used.")
        return account
