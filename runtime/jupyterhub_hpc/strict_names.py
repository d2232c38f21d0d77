"""User names taken as they are or not at all, for every way to log in."""

from jupyterhub.auth import Authenticator
from traitlets import default

from .usernames import DEFAULT_PATTERN, UsernameRefused, check_username


class StrictNames(Authenticator):
    """What the authenticators here share; each adds its own way to find out who somebody is."""

    @default("username_pattern")
    def _username_pattern_default(self) -> str:
        return DEFAULT_PATTERN

    def normalize_username(self, username: str) -> str:
        """Leave the name alone: lower-casing it would log one person in as another."""
        return username

    def validate_username(self, username: str) -> bool:
        """The rule for names, whatever way they come: a log-in, the admin API, a row of the database."""
        try:
            check_username(username, self.username_pattern)
        except UsernameRefused:
            return False
        return True
