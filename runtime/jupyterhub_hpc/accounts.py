"""Where a cluster user's home directory is, without that user existing on the hub's host."""

import re
from dataclasses import dataclass

from traitlets import Integer, Unicode
from traitlets.config import SingletonConfigurable

from .cluster_commands import ClusterCommands
from .errors import ClusterError

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
        help="Rule such as /home/{username}; empty: a login node is asked. "
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
        fields = await ClusterCommands(config=self.config).account(username)
        uid, home, shell = fields.get("uid"), fields.get("home"), fields.get("shell")
        if not isinstance(uid, int) or uid < self.minimum_uid:
            raise ClusterError(f"{username} is no account of a person on the cluster (uid {uid}).")
        return self._checked(Account(username, str(home), str(shell or self.shell)))

    def _checked(self, account: Account) -> Account:
        for what, path in (("home directory", account.home), ("shell", account.shell)):
            if not SAFE_PATH.fullmatch(path) or ".." in path:
                raise ClusterError(f"The {what} of {account.name} is {path!r}, which cannot be used.")
        return account
