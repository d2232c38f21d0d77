"""The versions of one environment, beside each other in PATH.versions; PATH is a link to one of them.

The marker directory of a version is written last, when it is whole. `left` in it says when the link was turned away
from it: whoever runs in it began before.
"""

import contextlib
import fcntl
import glob
import os
import re
import shutil
import time
from typing import Iterator, List, Optional

from .settings import Problem

MARKER = ".jupyterhub-hpc"  # as the resource PythonEnvironment has it (plugins/host)


class Version:
    """One version that is whole."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.name = os.path.basename(directory)
        self.built = os.stat(os.path.join(directory, MARKER, "requirements.txt")).st_mtime

    @property
    def left(self) -> Optional[float]:
        """When the link was turned away from it; None when nobody noted it."""
        try:
            return os.stat(self._left).st_mtime
        except FileNotFoundError:
            return None

    @property
    def _left(self) -> str:
        return os.path.join(self.directory, MARKER, "left")

    def leave(self) -> None:
        """Note that the link was turned away from it just now."""
        with open(self._left, "w", encoding="ascii"):
            os.utime(self._left)

    def enter(self) -> None:
        """Note that the link is turned to it."""
        with contextlib.suppress(FileNotFoundError):
            os.remove(self._left)

    @property
    def jupyterhub(self) -> str:
        """Version of the jupyterhub that is installed in it; empty when there is none."""
        found = glob.glob(
            os.path.join(glob.escape(self.directory), "lib/python3*/site-packages/jupyterhub-*.dist-info")
        )
        match = re.search(r"/jupyterhub-([^/]+)\.dist-info$", found[0]) if found else None
        return match.group(1) if match else ""


class Versions:
    """All of them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.store = path + ".versions"

    def all(self) -> List[Version]:
        """Those that are whole, the newest first."""
        names = os.listdir(self.store) if os.path.isdir(self.store) else []
        whole = [name for name in names if os.path.isfile(os.path.join(self.store, name, MARKER, "requirements.txt"))]
        return sorted((Version(os.path.join(self.store, name)) for name in whole), key=lambda each: -each.built)

    def named(self, name: str) -> Optional[Version]:
        """The one of a name, when it is whole."""
        return next((each for each in self.all() if each.name == name), None)

    def current(self) -> Optional[Version]:
        """The one that the link points to."""
        if not os.path.islink(self.path):
            if os.path.exists(self.path):
                raise Problem("%s is no link, and was not made by this program. Next: move it away." % self.path)
            return None
        return self.named(os.path.basename(os.readlink(self.path)))

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """While one process changes something, no other does."""
        os.makedirs(self.store, mode=0o755, exist_ok=True)
        with open(os.path.join(self.store, ".lock"), "w", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Problem(
                    "%s is being changed by another process. Next: wait, and try again." % self.path
                ) from None
            yield

    def turn(self, to: Version) -> None:
        """Turn the link, in one step."""
        before = self.current()
        if before is not None and before.name != to.name:
            before.leave()
        to.enter()
        beside = self.path + ".new"
        with contextlib.suppress(FileNotFoundError):
            os.remove(beside)
        os.symlink(os.path.join(os.path.basename(self.store), to.name), beside)
        os.replace(beside, self.path)

    def former(self) -> List[Version]:
        """Those that the link does not point to, the one that was left last first."""
        current = self.current()
        others = [each for each in self.all() if current is None or each.name != current.name]
        return sorted(others, key=lambda each: -(each.left or each.built))

    def prune(self, keep: int, grace_seconds: int) -> List[str]:
        """Remove former versions beyond `keep` that nothing can run in any more.

        Who runs in one began before the link was turned away, and no server runs longer than the grace time; what is
        known to run on this host counts too.
        """
        removed = []
        for version in self.former()[keep:]:
            if version.left is None:
                version.leave()
            elif version.left < time.time() - grace_seconds and not _is_used_here(version.directory):
                shutil.rmtree(version.directory)
                removed.append(version.name)
        return removed


def _is_used_here(directory: str) -> bool:
    sought = (directory + "/").encode()
    for process in glob.glob("/proc/[0-9]*"):
        for name in ("cmdline", "maps"):
            try:
                with open(os.path.join(process, name), "rb") as file:
                    if sought in file.read():
                        return True
            except OSError:  # it has ended meanwhile
                break
    return False
