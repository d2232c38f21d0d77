"""A database on a PostgreSQL server, dumped and restored by PostgreSQL's own tools. The password is in a file."""

import subprocess
from pathlib import Path
from typing import Any

from .problem import refuse
from .schema import Schema, schema_of

_TOOLS = "/opt/postgresql/bin"  # PostgreSQL's client programs in the image


class PostgresqlDatabase:
    """The database named by `postgresql+psycopg://USER@HOST:PORT/NAME?passfile=...&sslmode=...`."""

    kind = "postgresql"

    def __init__(self, url: str) -> None:
        from sqlalchemy.engine import make_url

        self._url = make_url(url)
        self.where = f"{self._url.database} on {self._url.host}:{self._url.port}"

    def check(self, thorough: bool) -> Schema:
        """That the server lets us in, and the schema. The server itself looks after its files."""
        with self._connected() as connection:
            return schema_of(connection)

    def dump(self, target: Path) -> Schema:
        """pg_dump: one snapshot, however much is written meanwhile."""
        schema = self.check(thorough=False)
        self._tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}", self._conninfo())
        self.check_dump(target)
        return schema

    def check_dump(self, dump: Path) -> Schema | None:
        """That pg_restore can read it, and that the users are in it."""
        listed = self._tool("pg_restore", "--list", str(dump))
        if " TABLE DATA " not in listed or " users " not in listed:
            refuse("backup-damaged", "The backup's dump has no table of users.", "take an older one")
        return None

    def restore(self, dump: Path, keep: Path) -> None:
        """Dump what there is to `keep`, empty the database, and restore into it."""
        self._tool("pg_dump", "--format=custom", "--no-owner", f"--file={keep / 'database.dump'}", self._conninfo())
        self._empty()
        arguments = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
        self._tool("pg_restore", *arguments, f"--dbname={self._conninfo()}", str(dump))

    def upgrade(self) -> None:
        """PostgreSQL changes schemas in a transaction."""
        from jupyterhub import dbutil

        dbutil.upgrade(self._url.render_as_string(hide_password=False))

    def _empty(self) -> None:
        """Drop every table: a newer schema's would be in the way of the next upgrade."""
        from sqlalchemy import MetaData

        with self._connected() as connection:
            tables = MetaData()
            tables.reflect(connection)
            tables.drop_all(connection)
            connection.commit()

    def _connected(self) -> Any:
        from sqlalchemy import create_engine
        from sqlalchemy.exc import SQLAlchemyError
        from sqlalchemy.pool import NullPool

        try:
            return create_engine(self._url, poolclass=NullPool, connect_args={"connect_timeout": 10}).connect()
        except SQLAlchemyError as error:
            words = " ".join(str(getattr(error, "orig", error)).split())[:400]
            refuse(
                "database-unreachable",
                f"The hub's database {self.where} cannot be used ({words}).",
                "see whether that server runs and lets the hub in (hub.database in the stack); the hub tries again",
                "The hub's database does not answer.",
            )

    def _conninfo(self) -> str:
        """For libpq's own tools: everything but the password, which is in the file named by `passfile`."""
        url = self._url
        options = {"host": url.host, "port": url.port, "dbname": url.database, "user": url.username, **url.query}
        return " ".join(f"{name}={value}" for name, value in options.items())

    def _tool(self, name: str, *arguments: str) -> str:
        result = subprocess.run([f"{_TOOLS}/{name}", *arguments], capture_output=True, text=True, timeout=1800)
        if result.returncode != 0:
            words = result.stderr.strip()[-600:]
            refuse("database-unreachable", f"{name} on {self.where}: {words}", "mend what it says")
        return result.stdout
