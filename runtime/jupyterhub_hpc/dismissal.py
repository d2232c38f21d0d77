"""Users who may no longer log in: JupyterHub asks that at a log-in alone, and knows them from its database for ever."""

import inspect
from collections.abc import Iterable
from logging import Logger
from typing import Any

from jupyterhub import orm
from sqlalchemy.orm import Session
from tornado.web import HTTPError


async def dismissed_users(authenticator: Any, users: Iterable[orm.User]) -> list[orm.User]:
    """Those whom the authenticator would not let in if they logged in now, as far as the database tells."""
    return [user for user in users if not await _may_log_in(authenticator, user)]


async def _may_log_in(authenticator: Any, user: orm.User) -> bool:
    known = {"name": user.name, "admin": None, "auth_state": None, "groups": [group.name for group in user.groups]}
    try:
        if not authenticator.validate_username(user.name) or not authenticator.check_blocked_users(user.name, known):
            return False
        allowed = authenticator.allow_all or authenticator.check_allowed(user.name, known)
        return bool(await allowed if inspect.isawaitable(allowed) else allowed)
    except HTTPError:  # it says no in words
        return False


def end_sessions(db: Session, user: orm.User, log: Logger) -> None:
    """Make every cookie and token of a user worthless; JupyterHub would take them for as long as they last."""
    tokens = list(user.api_tokens)
    user.cookie_id = orm.new_token()
    for token in tokens:
        db.delete(token)
    for code in list(user.oauth_codes):
        db.delete(code)
    db.commit()
    if tokens:
        log.warning("%s may no longer log in: sessions ended, %d tokens revoked", user.name, len(tokens))


async def stop_servers(users: Any, dismissed: Iterable[orm.User], proxy: Any, log: Logger) -> None:
    """End the servers of users who may no longer log in: what they had open there is open no more.

    Raises:
        ClusterError: the cluster does not answer; it is to be done again
    """
    for user in [users[orm_user] for orm_user in dismissed]:
        for name in [name for name, spawner in user.spawners.items() if spawner.ready]:
            log.warning("%s may no longer log in: ending the server", user.name)
            await proxy.delete_user(user, name)
            await user.stop(name)
