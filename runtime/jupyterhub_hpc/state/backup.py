"""Backups: one archive each, made consistent while the hub runs, proven readable before it counts."""

import hashlib
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

from .database import Database
from .places import Places
from .problem import refuse

KINDS = ("scheduled", "requested", "before-upgrade")
_NAME = re.compile(rf"\d{{8}}T\d{{6}}Z-({'|'.join(KINDS)})\.tar\.gz")
_MANIFEST, _DATABASE = "manifest.json", "database"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    created: str  # ISO 8601, UTC
    stack: str
    kind: str
    jupyterhub: str  # version that made it
    revision: str  # of the schema
    database: str  # sqlite or postgresql
    sha256: dict[str, str]  # of each file in it


def list_backups(places: Places) -> list[Path]:
    """The whole backups, oldest first; one that was not finished has another name."""
    found = places.backups.iterdir() if places.backups.is_dir() else []
    return sorted(path for path in found if _NAME.fullmatch(path.name))


def make(places: Places, database: Database, kind: str, keep: int) -> Path:
    """Make a backup, and remove the oldest of its kind beyond `keep`.

    Raises:
        StateProblem: the database cannot be read, or there is no room
    """
    from jupyterhub import __version__

    now = datetime.now(UTC)
    target = places.backups / f"{now:%Y%m%dT%H%M%SZ}-{kind}.tar.gz"
    try:
        with _locked(places), _scratch(places) as scratch:
            schema = database.dump(scratch / _DATABASE)
            for name, secret in places.secrets.items():
                if secret.exists():
                    shutil.copyfile(secret, scratch / name)
            sums = {path.name: _sha256(path) for path in sorted(scratch.iterdir())}
            manifest = Manifest(
                1, now.isoformat(timespec="seconds"), places.stack, kind, __version__, schema.found, database.kind, sums
            )
            (scratch / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
            _pack(scratch, target)
            same = [path for path in list_backups(places) if path.name.endswith(f"-{kind}.tar.gz")]
            for path in same[:-keep]:
                path.unlink()
    except OSError as error:
        refuse(
            "backup-failed",
            f"No backup could be written to {places.backups_on_host}: {error.strerror or error}.",
            "give that directory room, or name another one in hub.backup.directory; it is the hub's account's",
        )
    return target


@contextmanager
def opened(places: Places, name: str) -> Iterator[tuple[Path, Manifest]]:
    """A backup's files in a directory that goes away, every one compared with its sum.

    Args:
        name: of a file in the directory of backups, or `latest`

    Raises:
        StateProblem: there is no such backup, or it is not whole
    """
    path = _find(places, name)
    with _scratch(places) as scratch:
        try:
            with tarfile.open(path) as archive:
                archive.extractall(scratch, filter="data")
            manifest = Manifest(**json.loads((scratch / _MANIFEST).read_text()))
            wrong = [one for one, expected in manifest.sha256.items() if _sha256(scratch / one) != expected]
        except (OSError, tarfile.TarError, EOFError, ValueError, TypeError) as error:
            _not_whole(places.shown(path), str(error))
        if wrong or _DATABASE not in manifest.sha256:
            _not_whole(places.shown(path), f"changed or missing: {', '.join(wrong) or _DATABASE}")
        yield scratch, manifest


def database_in(scratch: Path) -> Path:
    """The database's dump among a backup's files."""
    return scratch / _DATABASE


def _find(places: Places, name: str) -> Path:
    backups = list_backups(places)
    chosen = backups[-1:] if name == "latest" else [path for path in backups if path.name == name]
    if not chosen:
        names = ", ".join(path.name for path in backups) or "none"
        refuse(
            "no-such-backup", f"There is no backup {name} in {places.backups_on_host}.", f"take one of these: {names}"
        )
    return chosen[0]


def _not_whole(path: str, words: str) -> None:
    refuse(
        "backup-damaged", f"The backup {path} is not whole ({words[:300]}); nothing was changed.", "take another one"
    )


def _pack(scratch: Path, target: Path) -> None:
    partial = target.with_name(f".{target.name}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz") as archive:
                for path in sorted(scratch.iterdir()):
                    archive.add(path, path.name)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _scratch(places: Places) -> Iterator[Path]:
    """Beside the backups: they have room for a copy, and the same mode."""
    with tempfile.TemporaryDirectory(prefix=".work-", dir=places.backups) as directory:
        yield Path(directory)


@contextmanager
def _locked(places: Places) -> Iterator[None]:
    with (places.backups / ".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
