"""Login through an OAuth 2 or OpenID Connect provider, for cluster users with strict names only."""

from typing import Any

from oauthenticator.generic import GenericOAuthenticator
from tornado.web import HTTPError

from .strict_names import StrictNames
from .usernames import UsernameRefused, check_username


class ClusterOAuthenticator(StrictNames, GenericOAuthenticator):
    """GenericOAuthenticator that takes user names as they are or not at all, and says why it refuses someone."""

    def user_info_to_username(self, user_info: dict[str, Any]) -> str:
        """Take the name from its claim, and refuse it here when it is no cluster user's."""
        claim = self.username_claim
        name = claim(user_info) if callable(claim) else user_info.get(claim)
        try:
            return check_username(name, self.username_pattern)
        except UsernameRefused as refusal:
            self.log.warning("Login refused: claim %s is %r", claim, name)
            raise HTTPError(
                403, f"{refusal} Log in with your cluster account, or ask the people who run this cluster."
            ) from None

    async def check_allowed(self, username: str, auth_model: dict[str, Any] | None) -> bool:
        """Refuse people who are not let in with a page that says so."""
        if await super().check_allowed(username, auth_model):
            return True
        self.log.warning("Login refused: %s is neither an allowed user nor in an allowed group", username)
        raise HTTPError(
            403,
            f"{username} is known, but may not use this service: "
            "you are neither one of its users nor a member of one of its groups. "
            "Ask the people who run this cluster to add you.",
        )
