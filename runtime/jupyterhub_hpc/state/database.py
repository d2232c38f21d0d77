"""The hub's database, whichever kind it is: each kind is a file beside this one."""

from pathlib import Path
from typing import Protocol

from .places import Places
from .schema import Schema


class Database(Protocol):
    """What is done to a database. Every method raises StateProblem with the database's own words."""

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`; a backup is restored to its own kind only."""

    @property
    def where(self) -> str:
        """For messages: a path on the host, or server and name."""

    def check(self, thorough: bool) -> Schema:
        """That it can be read and is whole; thorough: every page and index of it."""

    def dump(self, target: Path) -> Schema:
        """Write a consistent copy while the hub runs, and prove that it can be read."""

    def check_dump(self, dump: Path) -> Schema | None:
        """That a copy is whole; the schema it has, where that can be told without restoring it."""

    def restore(self, dump: Path, keep: Path) -> None:
        """Put a copy in the database's place. The hub is stopped. What it replaces goes to the directory `keep`."""

    def upgrade(self) -> None:
        """Bring the schema to this JupyterHub's. The hub is stopped, and a backup is made. All or nothing."""


def database_of(places: Places) -> Database:
    """The database that a hub's URL names."""
    if places.database_url.startswith("postgresql"):
        from .postgresql import PostgresqlDatabase

        return PostgresqlDatabase(places.database_url)
    from .sqlite import SqliteDatabase

    return SqliteDatabase(places)
