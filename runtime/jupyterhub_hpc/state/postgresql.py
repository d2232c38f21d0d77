"""A database on a PostgreSQL server, dumped and restored by PostgreSQL's own tools. The password is in a file."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from .problem import refuse
from .schema import Schema, schema_of

_TOOLS = "/opt/postgresql/bin"  # PostgreSQL's client programs in the image; a host has its own


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
        """Dump what there is to `keep`, and replace it in one transaction: a newer schema's tables go, too."""
        kept = keep / "database.dump"
        self._tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={kept}", self._conninfo())
        script = self._tool("pg_restore", "--no-owner", "--no-privileges", "--no-comments", "--file=-", str(dump))
        # A server before 17 does not know this setting, which pg_restore writes for every server.
        script = script.replace("SET transaction_timeout = 0;\n", "", 1)
        arguments = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-"]
        self._tool("psql", *arguments, self._conninfo(), stdin=self._dropped() + script)

    def _dropped(self) -> str:
        """The statements that remove every table there is; a hub that still runs keeps them waiting for a minute."""
        from sqlalchemy import inspect

        with self._connected() as connection:
            quote = connection.dialect.identifier_preparer.quote_identifier
            tables = [f"DROP TABLE {quote(name)} CASCADE;\n" for name in inspect(connection).get_table_names()]
        return "SET lock_timeout = '60s';\n" + "".join(tables)

    def upgrade(self) -> None:
        """PostgreSQL changes schemas in a transaction."""
        from jupyterhub import dbutil

        dbutil.upgrade(self._url.render_as_string(hide_password=False))

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

    def _tool(self, name: str, *arguments: str, stdin: str = "") -> str:
        program = shutil.which(name, path=f"{_TOOLS}:/usr/bin") or name
        command = [program, *arguments]
        result = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=1800)
        if result.returncode != 0:
            words = result.stderr.strip()[-600:]
            refuse("database-unreachable", f"{name} on {self.where}: {words}", "mend what it says")
        return result.stdout
