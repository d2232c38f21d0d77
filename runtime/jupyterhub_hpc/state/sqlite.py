"""An SQLite database: one file beside the cookie secret."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from .places import Places
from .problem import refuse
from .schema import Schema, schema_of

_DAMAGED = "The hub's database is damaged."


class SqliteDatabase:
    """The file named by `sqlite:///PATH`."""

    kind = "sqlite"

    def __init__(self, places: Places) -> None:
        self._places = places
        self.path = Path(places.database_url.removeprefix("sqlite:///"))

    @property
    def where(self) -> str:
        """The path on the host."""
        return self._places.shown(self.path)

    def check(self, thorough: bool) -> Schema:
        """See Database.check. A file that is not there yet is fine: the hub makes it."""
        return self._check(self.path, self.where, thorough)

    def dump(self, target: Path) -> Schema:
        """SQLite's online backup: what was committed when it ended, however much is written meanwhile."""
        try:
            with closing(_open(self.path)) as source, closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
        except sqlite3.Error as error:
            self._damaged(self.where, str(error))
        return self._check(target, self.where, thorough=True)

    def check_dump(self, dump: Path) -> Schema | None:
        """See Database.check_dump."""
        return self._check(dump, "the backup's database", thorough=True)

    def restore(self, dump: Path, keep: Path) -> None:
        """Move the old files aside and the new one in place: each a rename, so that a full disk does no harm."""
        new = self.path.with_name(f".{self.path.name}.restored")
        new.unlink(missing_ok=True)
        shutil.copyfile(dump, new)
        new.chmod(0o600)
        _sync(new)
        for old in [self.path, *(self.path.with_name(self.path.name + end) for end in ("-journal", "-wal", "-shm"))]:
            if old.exists():
                old.rename(keep / old.name)
        new.rename(self.path)
        _sync(self.path.parent)

    def upgrade(self) -> None:
        """Upgrade a copy, and put it in the place of the original only when that went well."""
        from jupyterhub import dbutil

        copy = self.path.with_name(f".{self.path.name}.upgraded")
        copy.unlink(missing_ok=True)
        with closing(_open(self.path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        copy.chmod(0o600)
        dbutil.upgrade(f"sqlite:///{copy}")
        self._check(copy, "the upgraded database", thorough=True)
        _sync(copy)
        copy.rename(self.path)
        _sync(self.path.parent)

    def _check(self, path: Path, where: str, thorough: bool) -> Schema:
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        if path.exists():
            try:
                with closing(_open(path)) as connection:
                    pragma = "integrity_check" if thorough else "quick_check"
                    found = [str(row[0]) for row in connection.execute(f"PRAGMA {pragma}(5)")]
            except sqlite3.Error as error:
                found = [str(error)]
            if found != ["ok"]:
                self._damaged(where, "; ".join(found))
            engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        else:
            engine = create_engine("sqlite://")
        with engine.connect() as connection:
            return schema_of(connection)

    def _damaged(self, where: str, words: str) -> None:
        if "disk is full" in words:
            refuse("disk-full", f"There is no room for a copy of {where} ({words}).", "give that disk room")
        refuse(
            "database-damaged",
            f"The hub's database {where} is damaged ({words[:300]}).",
            f"restore a backup: npm run doctor -- restore --stack {self._places.stack} latest; "
            "the damaged one is kept. docs/operations.md has more",
            _DAMAGED,
        )


def _open(path: Path) -> sqlite3.Connection:
    # For writing: after a crash the first one who opens it rolls back what was half done.
    return sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=30)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
