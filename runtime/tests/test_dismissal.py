"""Users taken off the list: known to the database, with a session, and out."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from jupyterhub import orm
from sqlalchemy.orm import Session
from traitlets.config import Config

from jupyterhub_hpc.authenticator import ClusterOAuthenticator
from jupyterhub_hpc.dismissal import dismissed_users, end_sessions, stop_servers
from jupyterhub_hpc.errors import Unreachable
from jupyterhub_hpc.pam_authenticator import PamAuthenticator

LOG = logging.getLogger("test")


@pytest.fixture
def db() -> Session:
    """Alice and bob, who logged in once; bob is in a group of the identity provider's, and each has a token."""
    session: Session = orm.new_session_factory("sqlite://")()
    orm_users = [orm.User(name=name) for name in ("alice", "bob")]
    session.add_all([*orm_users, orm.Group(name="hpcusers", users=[orm_users[1]])])
    session.commit()
    for user in orm_users:
        session.add(orm.APIToken(user=user, prefix=user.name, hashed=user.name))
    session.commit()
    return session


def users_of(db: Session) -> list[orm.User]:
    return db.query(orm.User).order_by(orm.User.name).all()


def oauth(**settings: Any) -> ClusterOAuthenticator:
    manages = {"manage_groups": True, "auth_state_groups_key": "oauth_user.groups", "allow_existing_users": False}
    return ClusterOAuthenticator(config=Config({"ClusterOAuthenticator": {**manages, **settings}}))


@pytest.mark.parametrize(
    ("authenticator", "out"),
    [
        (PamAuthenticator(allowed_users={"alice"}), ["bob"]),
        (PamAuthenticator(allowed_users={"alice", "bob"}), []),
        (PamAuthenticator(allow_all=True), []),
        (PamAuthenticator(allow_all=True, blocked_users={"alice"}), ["alice"]),
        (PamAuthenticator(allow_all=True, username_pattern="a.*"), ["bob"]),
        (oauth(allowed_groups={"hpcusers"}), ["alice"]),
        (oauth(allowed_groups={"others"}, allowed_users={"alice"}), ["bob"]),
        (oauth(allow_all=True), []),
    ],
)
async def test_who_would_not_be_let_in_is_out(db: Session, authenticator: Any, out: list[str]) -> None:
    assert [user.name for user in await dismissed_users(authenticator, users_of(db))] == out


def test_cookies_and_tokens_end_and_the_others_keep_theirs(db: Session) -> None:
    alice, bob = users_of(db)
    cookies = alice.cookie_id, bob.cookie_id
    end_sessions(db, bob, LOG)
    assert alice.cookie_id == cookies[0]
    assert bob.cookie_id != cookies[1]
    assert [token.user.name for token in db.query(orm.APIToken)] == ["alice"]


class FakeUsers(dict[str, Any]):
    """JupyterHub's users by their database entries; alice has a running server."""

    def __init__(self, refuse: int) -> None:
        self.stopped: list[str] = []
        self.refuse = refuse
        self.spawner = SimpleNamespace(ready=True)

    def __getitem__(self, user: Any) -> Any:
        return SimpleNamespace(name=user.name, spawners={"": self.spawner}, stop=self._stop)

    async def _stop(self, name: str) -> None:
        self.refuse -= 1
        if self.refuse >= 0:
            raise Unreachable("No login node answers.")
        self.stopped.append(name)
        self.spawner.ready = False

    async def delete_user(self, user: Any, name: str) -> None:
        """Of the proxy."""


async def test_servers_end_when_the_cluster_answers_and_once(db: Session) -> None:
    users = FakeUsers(refuse=1)
    alice = users_of(db)[:1]
    with pytest.raises(Unreachable):
        await stop_servers(users, alice, users, LOG)
    await stop_servers(users, alice, users, LOG)
    await stop_servers(users, alice, users, LOG)
    assert users.stopped == [""]
