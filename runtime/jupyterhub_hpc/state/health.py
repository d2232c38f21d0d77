"""Whether the hub can run on its state, found out before it tries."""

import errno
import shutil
import tempfile

from .database import Database
from .places import Places
from .problem import refuse
from .schema import Schema

PROBE = 256 * 1024  # bytes that have to find room


def require_healthy(places: Places, database: Database, thorough: bool = False) -> Schema:
    """Check disk, database and schema.

    Raises:
        StateProblem: the first thing that is wrong, with the next step
    """
    require_room(places)
    schema = database.check(thorough)
    if schema.standing == "newer":
        refuse(
            "schema-newer",
            f"The hub's database {database.where} has the schema of a newer JupyterHub "
            f"({schema.found}; this hub wants {schema.wanted}).",
            "deploy the newer version again, or go back for good by restoring the backup made before the upgrade: "
            f"npm run doctor -- restore --stack {places.stack} TIME-before-upgrade.tar.gz "
            "(docs/operations.md, Rollback)",
            "It was put back to an older version than its database is for.",
        )
    if schema.standing == "older":
        refuse(
            "schema-older",
            f"The hub's database {database.where} has an older schema ({schema.found or 'none'}; "
            f"this hub wants {schema.wanted}), and it was not upgraded at the start.",
            "journalctl -u jupyterhub-hub says why, usually a backup that could not be made: mend that, and the hub "
            "tries again by itself",
            "Its database is waiting to be upgraded.",
        )
    return schema


def require_room(places: Places) -> None:
    """Write a little, as SQLite and the hub will."""
    try:
        # A file without a name: one with a name could be a link that a captured hub left.
        with tempfile.TemporaryFile(dir=places.directory, buffering=0) as probe:
            probe.write(b"\0" * PROBE)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            usage = shutil.disk_usage(places.directory)
            refuse(
                "disk-full",
                f"The disk that holds the hub's state ({places.on_host}) is full: "
                f"{usage.free // 1024} of {usage.total // 1024} KiB are free.",
                f"make room on it (df -h {places.on_host}); the hub starts by itself then",
                "The disk that holds its state is full.",
            )
        refuse(
            "state-unwritable",
            f"The hub cannot write to its state, {places.on_host} ({error.strerror}).",
            "pulumi preview shows what differs on the hub host; a disk with errors is mounted read-only (dmesg)",
            "Its state cannot be written to.",
        )
