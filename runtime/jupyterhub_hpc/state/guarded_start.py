"""How the hub starts: its state is looked at first; what is wrong with it is said in the log and on the page.

Run as `python -m jupyterhub_hpc.state.guarded_start PROGRAM ARGUMENTS...`, which becomes the program.
"""

import logging
import os
import sys
import time

from .database import database_of
from .health import require_healthy
from .page import serve
from .places import UNPREPARED, Places
from .problem import StateProblem

PORT = 8082  # where the proxy finds the hub
SECONDS = 20  # until the unit's restart, which prepares the state once more


def main() -> None:
    """Become the hub, or serve the reason why not for a while."""
    logging.basicConfig(format="[%(levelname)s] %(message)s", level=logging.INFO)
    places = Places.from_environment()
    os.umask(0o077)
    try:
        require_healthy(places, database_of(places))
    except StateProblem as problem:
        logging.critical("The hub cannot start: %s", problem)
        _ask_for_preparation(places)
        server = serve(problem.for_people, PORT)
        _wait_while(problem, places)
        server.shutdown()
        sys.exit(78)  # EX_CONFIG
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606


def _ask_for_preparation(places: Places) -> None:
    """Leave the mark that has `jupyterhub-state prepare` look again; a full disk takes none."""
    try:
        (places.directory / UNPREPARED).touch()
    except OSError:
        return


def _wait_while(problem: StateProblem, places: Places) -> None:
    """Wait for the unit's time, or until it is something else that is wrong, or nothing."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        time.sleep(2)
        try:
            require_healthy(places, database_of(places))
        except StateProblem as now:
            if now.code == problem.code:
                continue
        return


if __name__ == "__main__":
    main()
