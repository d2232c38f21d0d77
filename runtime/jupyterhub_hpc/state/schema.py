"""Which version of JupyterHub a database is for."""

from dataclasses import dataclass
from typing import Any, Literal

Standing = Literal["empty", "current", "older", "newer"]


@dataclass(frozen=True)
class Schema:
    """What a database has, against what this JupyterHub wants."""

    found: str  # alembic's revision; empty where there is none
    wanted: str
    standing: Standing


def judge(found: str, has_tables: bool, wanted: str, known: frozenset[str]) -> Schema:
    """Tell an older schema from a newer one: this version knows the revisions before its own, and no later one."""
    if not has_tables:
        return Schema(found, wanted, "empty")
    if found == wanted:
        return Schema(found, wanted, "current")
    return Schema(found, wanted, "older" if not found or found in known else "newer")


def revisions() -> tuple[str, frozenset[str]]:
    """The revision this JupyterHub wants, and all that it knows."""
    from alembic.script import ScriptDirectory
    from jupyterhub.dbutil import ALEMBIC_DIR

    scripts = ScriptDirectory(ALEMBIC_DIR)
    return scripts.get_heads()[0], frozenset(script.revision for script in scripts.walk_revisions())


def schema_of(connection: Any) -> Schema:
    """The schema found over a connection of SQLAlchemy's."""
    from sqlalchemy import inspect, text

    tables = set(inspect(connection).get_table_names())
    found = ""
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    return judge(found, bool(tables & {"users", "servers", "spawners"}), *revisions())
