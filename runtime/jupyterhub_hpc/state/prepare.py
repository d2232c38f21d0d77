"""Before a new version of the hub starts: where the schema is older, a backup first, then the upgrade."""

import logging

from . import backup
from .database import Database
from .health import require_healthy, require_room
from .places import Places
from .problem import StateProblem, refuse

log = logging.getLogger("jupyterhub_hpc.state")


def prepare(places: Places, database: Database, keep: int) -> None:
    """Bring the database to this JupyterHub's schema, or leave it alone.

    Raises:
        StateProblem: the state cannot be used, or no backup could be made; nothing was changed then
    """
    require_room(places)
    before = database.check(thorough=False)
    if before.standing != "older":
        require_healthy(places, database)
        return
    made = backup.make(places, database, "before-upgrade", keep)
    log.warning("Upgrading the database from %s to %s. Backup: %s", before.found, before.wanted, places.shown(made))
    try:
        database.upgrade()
    except StateProblem:
        raise
    except Exception as error:
        refuse(
            "upgrade-failed",
            f"The database could not be upgraded ({type(error).__name__}: {error}); it is as it was. "
            f"Backup: {places.shown(made)}.",
            "deploy the former version again (docs/operations.md, Rollback), and report this",
        )
    log.warning("The database has the schema %s now", before.wanted)
