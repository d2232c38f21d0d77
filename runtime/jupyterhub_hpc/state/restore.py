"""Restoring a backup: nothing is replaced before the backup is proven, and what is replaced is kept."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from .backup import database_in, opened
from .database import Database
from .places import Places
from .problem import refuse

KEPT = 5  # replaced states


def check(places: Places, database: Database, name: str) -> str:
    """Prove that a backup can be restored here; gives back what it is, in words.

    Raises:
        StateProblem: it is not whole, of another kind of database, or of a newer JupyterHub
    """
    with opened(places, name) as (files, manifest):
        if manifest.database != database.kind:
            refuse(
                "other-database",
                f"The backup {name} is of {manifest.database}, and this hub uses {database.kind}; nothing was changed.",
                "take a backup of the same kind, or set hub.database to that kind and run pulumi up first",
            )
        from .schema import judge, revisions

        schema = judge(manifest.revision, True, *revisions())
        if schema.standing == "newer":
            refuse(
                "schema-newer",
                f"The backup {name} is of JupyterHub {manifest.jupyterhub}, newer than this hub; nothing was changed.",
                "deploy that version first, or take an older backup",
            )
        database.check_dump(database_in(files))
        return f"{manifest.created}, {manifest.kind}, {manifest.database}, JupyterHub {manifest.jupyterhub}"


def restore(places: Places, database: Database, name: str) -> Path:
    """Put a backup in the place of the state; the hub must be stopped. Gives back where the replaced state is kept."""
    check(places, database, name)
    replaced = places.directory / "replaced"
    keep = replaced / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    keep.mkdir(mode=0o700, parents=True)
    with opened(places, name) as (files, _):
        staged = _staged(places, files)
        database.restore(database_in(files), keep)
        for inside, (new, secret) in staged.items():
            if secret.exists():
                secret.rename(keep / inside)
            new.rename(secret)
    for old in sorted(replaced.glob("*Z"))[:-KEPT]:
        shutil.rmtree(old)
    return keep


def _staged(places: Places, files: Path) -> dict[str, tuple[Path, Path]]:
    """Each secret of the backup beside its place, so that what follows is a rename, for which a full disk has room."""
    staged = {}
    for inside, secret in places.secrets.items():
        if not (files / inside).exists():
            continue
        secret.parent.mkdir(mode=0o700, exist_ok=True)
        new = secret.with_name(f".{secret.name}.restored")
        new.unlink(missing_ok=True)
        shutil.copyfile(files / inside, new)
        new.chmod(0o600)
        staged[inside] = (new, secret)
    return staged
