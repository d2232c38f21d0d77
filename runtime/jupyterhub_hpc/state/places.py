"""Where the state lies, by the environment the units give."""

import os
from dataclasses import dataclass
from pathlib import Path

from .problem import refuse

UNPREPARED = ".unprepared"  # in the state: the hub found it wanting; its name is in jupyterhub-state.sh.ejs, too


@dataclass(frozen=True)
class Places:
    """Paths as this process sees them, and as messages name them: in a container they are not the host's."""

    database_url: str  # SQLAlchemy's; a password is never in it
    directory: Path  # what survives the hub
    on_host: str  # the same directory on the hub host, for messages
    backups: Path  # not there for the hub itself
    backups_on_host: str  # the same directory on the hub host, for messages
    stack: str  # for commands in messages

    @classmethod
    def from_environment(cls) -> "Places":
        """HUB_DATABASE_URL, HUB_STACK, HUB_STATE, HUB_BACKUPS and the two's _ON_HOST. Defaults: a container's."""
        directory = Path(os.environ.get("HUB_STATE", "/var/lib/jupyterhub"))
        return cls(
            os.environ.get("HUB_DATABASE_URL", f"sqlite:///{directory}/jupyterhub.sqlite"),
            directory,
            os.environ.get("HUB_STATE_ON_HOST", str(directory)),
            Path(os.environ.get("HUB_BACKUPS", "/var/lib/jupyterhub-backups")),
            os.environ.get("HUB_BACKUPS_ON_HOST", "/var/lib/jupyterhub/backups"),
            os.environ.get("HUB_STACK", "NAME"),
        )

    @property
    def secrets(self) -> dict[str, Path]:
        """What is kept beside the database, by its name in a backup.

        The cookie secret signs the cookies of everybody who is logged in; the authority certified the servers that run.
        """
        return {
            "cookie_secret": self.directory / "jupyterhub_cookie_secret",
            "authority.pem": self.directory / "authority" / "authority.pem",
        }

    def require_no_links(self) -> None:
        """Refuse a state with links in it: a captured hub could lead what is written here to the backups.

        Raises:
            StateProblem: naming the link
        """
        for inside in (self.directory, self.directory / "authority", self.directory / "replaced"):
            for path in inside.iterdir() if inside.is_dir() else []:
                if path.is_symlink():
                    refuse(
                        "state-links",
                        f"{self.shown(path)} is a link, which the hub never makes; nothing was changed.",
                        f"look where it leads (ls -l {self.shown(path)}) and how it came there, and remove it",
                        "Its state holds something that nobody put there.",
                    )

    def shown(self, path: Path) -> str:
        """A path of the state or the backups as the host has it."""
        for here, there in ((self.backups, self.backups_on_host), (self.directory, self.on_host)):
            if path.is_relative_to(here):
                return str(Path(there) / path.relative_to(here))
        return str(path)
