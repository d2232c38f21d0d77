"""The commands: list, update, rollback, status."""

import argparse
import json
import os
import sys
import time
from typing import Any, Dict, List

from .build import build, name_of
from .check import check
from .journal import Note
from .lock import Lock
from .settings import Environment, Problem, Settings, read_settings
from .versions import Version, Versions


def main(directory: str, program: str, arguments: List[str]) -> int:
    """Do one command.

    Args:
        directory: where `environments.json` is
        program: the name it was called by
        arguments: of the command line
    """
    os.umask(0o022)
    parser = argparse.ArgumentParser(prog=program, description="The environments of this host (docs/environments.md).")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("list", help="the versions of each, when they were made, and which is current")
    commands.add_parser("status", help="the same and more, as JSON")
    update = commands.add_parser(
        "update", help="make a version from the lock file it follows, if that changed, and turn to it"
    )
    update.add_argument("name")
    rollback = commands.add_parser("rollback", help="turn to the version before, or to another one")
    rollback.add_argument("name")
    rollback.add_argument("--to", metavar="VERSION")
    asked = parser.parse_args(arguments)
    try:
        settings = read_settings(directory)
        if asked.command == "list":
            print("\n".join(line for each in settings.environments for line in _lines(each)))
        elif asked.command == "status":
            print(json.dumps({"hubVersion": settings.hub_version, "environments": _status(settings)}))
        elif asked.command == "update":
            print(update_to_lock(settings.named(asked.name)))
        elif asked.command == "rollback":
            print(roll_back(settings.named(asked.name), asked.to))
        else:
            parser.print_help()
            return 1
    except (Problem, OSError, ValueError) as problem:
        sys.stderr.write("%s: %s\n" % (program, problem))
        return 1
    return 0


def update_to_lock(environment: Environment) -> str:
    """Bring an environment to what its lock file says; what was done, in words. A failure leaves it as it was."""
    versions = Versions(environment.path)
    if environment.lock is None:
        raise Problem(
            "%s follows no lock file of this host. Next: change the stack's configuration, and pulumi up."
            % environment.name
        )
    if not os.path.isdir(os.path.dirname(environment.path)):
        raise Problem("%s does not exist. Next: mount it, or make it." % os.path.dirname(environment.path))
    with versions.held():
        failure, gone_back = Note(versions, "failure"), Note(versions, "rollback")
        try:
            said = _follow(environment, versions, Lock(environment.lock), gone_back)
        except (Problem, OSError) as problem:
            failure.write(words=str(problem))
            raise Problem("%s stays as it is. %s" % (environment.path, problem)) from problem
        failure.forget()
        return said


def _follow(environment: Environment, versions: Versions, lock: Lock, gone_back: Note) -> str:
    current = versions.current()
    held = gone_back.read()
    if environment.followed and held and current and held.get("lock") == lock.digest:
        return "%s was put back to %s, and stays there until %s changes." % (environment.path, current.name, lock.path)
    name = name_of(environment, lock)
    wanted = versions.named(name)
    if current and current.name == name:
        return "%s has what %s says (version %s)." % (environment.path, lock.path, name)
    if wanted is None:
        target = os.path.join(versions.store, name)
        build(environment, lock, target, lambda builder, at: check(environment.hub_version, builder, at))
        wanted = Version(target)
    versions.turn(wanted)
    gone_back.forget()
    removed = versions.prune(environment.keep, environment.grace_seconds)
    return "%s is now version %s; before: %s.%s" % (
        environment.path,
        name,
        current.name if current else "none",
        " Removed: %s." % ", ".join(removed) if removed else "",
    )


def roll_back(environment: Environment, to: str) -> str:
    """Turn to the version that was current before, or to a named one; what was done, in words."""
    versions = Versions(environment.path)
    with versions.held():
        current, former = versions.current(), versions.former()
        chosen = [each for each in former if each.name == to] if to else former[:1]
        if not chosen:
            names = ", ".join(each.name for each in former) or "none"
            raise Problem("There is no %s to go back to; there is: %s." % ("version " + to if to else "version", names))
        if environment.followed and environment.lock is not None:
            Note(versions, "rollback").write(lock=_digest(environment.lock))
        versions.turn(chosen[0])
    said = "%s is now version %s, made %s; before: %s. Servers that run keep the version they started with." % (
        environment.path,
        chosen[0].name,
        _time(chosen[0].built),
        current.name if current else "none",
    )
    if environment.followed:
        return said + " It stays so until %s changes." % environment.lock
    if environment.restart:
        said += " Next: systemctl restart %s." % environment.restart
    return said + " pulumi preview shows this, and the next pulumi up turns it back: put the former lock back before."


def _digest(path: str) -> str:
    try:
        return Lock(path).digest
    except Problem:  # one that is there later is a change
        return ""


def _lines(environment: Environment) -> List[str]:
    versions = Versions(environment.path)
    current = versions.current()
    return ["%s  %s" % (environment.name, environment.path)] + [
        "  %s %s  made %s  jupyterhub %s%s"
        % (
            "*" if current and each.name == current.name else " ",
            each.name,
            _time(each.built),
            each.jupyterhub or "none",
            "  left " + _time(each.left) if each.left else "",
        )
        for each in versions.all()
    ]


def _status(settings: Settings) -> List[Dict[str, Any]]:
    found = []
    for environment in settings.environments:
        versions = Versions(environment.path)
        current = versions.current()
        found.append(
            {
                "name": environment.name,
                "path": environment.path,
                "version": current.name if current else "",
                "jupyterhub": current.jupyterhub if current else "",
                "versions": len(versions.all()),
                "lock": (environment.lock or "") if environment.followed else "",
                "goneBack": Note(versions, "rollback").read() is not None,
                "failure": Note(versions, "failure").read(),
            }
        )
    return found


def _time(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
