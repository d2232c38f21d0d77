"""What `jupyterhub-state` on the hub host runs: backup, list, check, restore, prepare, report."""

import argparse
import json
import logging
import os
import sys

from . import backup, prepare, report, restore
from .database import database_of
from .places import Places
from .problem import StateProblem


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="jupyterhub-state")
    parser.add_argument("--keep", type=int, default=14, help="backups of a kind that are kept")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("backup").add_argument("kind", choices=backup.KINDS, nargs="?", default="requested")
    commands.add_parser("list")
    commands.add_parser("check").add_argument("name")
    commands.add_parser("restore").add_argument("name")
    commands.add_parser("prepare")
    commands.add_parser("report")
    return parser.parse_args()


def main() -> int:
    """Do one command; 1 and a sentence when it could not be done."""
    arguments = _arguments()
    logging.basicConfig(format="[%(levelname)s] %(message)s", level=logging.WARNING)
    os.umask(0o077)
    places = Places.from_environment()
    try:
        if arguments.command in ("restore", "prepare"):
            places.require_no_links()
        database = database_of(places)
        match arguments.command:
            case "backup":
                print(places.shown(backup.make(places, database, arguments.kind, arguments.keep)))
            case "list":
                print("\n".join(path.name for path in backup.list_backups(places)))
            case "check":
                print(restore.check(places, database, arguments.name))
            case "restore":
                kept = restore.restore(places, database, arguments.name)
                print(f"{arguments.name} is restored. What it replaced is kept in {places.shown(kept)}")
            case "prepare":
                prepare.prepare(places, database, arguments.keep)
            case "report":
                print(json.dumps(report.report(places, database)))
    except StateProblem as problem:
        print(f"jupyterhub-state {arguments.command}: {problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"jupyterhub-state {arguments.command}: {error}. Next: {_room(places)}", file=sys.stderr)
        return 1
    return 0


def _room(places: Places) -> str:
    return f"see whether there is room and whose the files are: df -h {places.on_host} {places.backups_on_host}"


if __name__ == "__main__":
    sys.exit(main())
