"""Which accounts of this host may be acted for."""

import grp
import os
import pwd

from .refusal import NOT_PERMITTED, UNAVAILABLE, Refusal
from .settings import Settings

_NOBODY = 65534
_LOCKED = ("nologin", "false")  # shells of accounts that may not log in here


def permitted_account(name: str, settings: Settings) -> pwd.struct_passwd:
    """The account of a person who may use the service.

    Raises:
        Refusal: there is no such account, or it is no person's, or not a member of the permitted group
    """
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        raise Refusal(NOT_PERMITTED, "%s has no account here. Ask the people who run this cluster." % name) from None
    if account.pw_name != name or account.pw_uid < settings.minimum_uid or account.pw_uid == _NOBODY:
        raise Refusal(NOT_PERMITTED, "%s (uid %d) is not the account of a person." % (name, account.pw_uid))
    if name == settings.account:
        raise Refusal(NOT_PERMITTED, "%s is the hub's own account." % name)
    if os.path.basename(account.pw_shell) in _LOCKED:
        raise Refusal(NOT_PERMITTED, "%s may not log in here (its shell is %s)." % (name, account.pw_shell))
    try:
        permitted = grp.getgrnam(settings.group).gr_gid
    except KeyError:
        raise Refusal(
            UNAVAILABLE, "There is no group %s here, whose members could be let in." % settings.group
        ) from None
    if permitted not in os.getgrouplist(name, account.pw_gid):
        raise Refusal(
            NOT_PERMITTED,
            "%s is not a member of the group %s, which may use this service. Ask the people who run this cluster."
            % (name, settings.group),
        )
    return account
