"""A database that fails while the hub runs: in words, for whoever met it and, with the next step, for the log."""

import time
from logging import Logger
from typing import Any

from sqlalchemy import event

from .state.places import Places

_FOR_PEOPLE = "Servers that are running go on. Those who run this cluster find the next step in the hub's log."
_QUIET = 60  # seconds between two lines of the log about the same
_RECENTLY = 30  # seconds for which every page tells of it
_last: tuple[str, float] = ("", 0.0)  # what was told for people, and when


def recent_words() -> str:
    """What failed just now, for every page: who is logged in is sent to the log-in page by it, without a word."""
    words, when = _last
    return words if words and time.monotonic() - when < _RECENTLY else ""


def words_for(error: BaseException, places: Places) -> tuple[str, str] | None:
    """What happened, for everybody and with the next step for the log; None: nothing that people can mend."""
    said = " ".join(str(error).split())
    kind = type(error).__name__
    if "database or disk is full" in said:
        return (
            "The disk that holds the hub's state is full.",
            f"The disk that holds the hub's state ({places.on_host}) is full. "
            f"Next: make room on it (df -h {places.on_host}); no restart is needed.",
        )
    if kind == "DiskFull":
        return (
            "The disk of the hub's database is full.",
            f"The database's server: {said}. Next: make room on its disk.",
        )
    if "disk I/O error" in said or "unable to open database file" in said or "readonly database" in said:
        return (
            "The hub's database cannot be written to.",
            f"The hub's database in {places.on_host} cannot be written to ({said}). "
            f"Next: df -h {places.on_host}, df -i {places.on_host}, and dmesg for errors of the disk.",
        )
    if "malformed" in said or "not a database" in said:
        return (
            "The hub's database is damaged.",
            f"The hub's database is damaged ({said}). Next: npm run doctor -- restore --stack {places.stack} latest",
        )
    if type(error).__module__.startswith("psycopg") and (kind == "OperationalError" or _left(error)):
        return (
            "The hub's database does not answer.",
            f"The hub's database does not answer ({said[:400]}). "
            "Next: see whether its server runs and lets the hub in; no restart is needed.",
        )
    return None


def _left(error: BaseException) -> bool:
    """Whether PostgreSQL ended the connection or lets nobody in: it is being stopped, starts, or is full."""
    return str(getattr(error, "sqlstate", None) or "").startswith(("08", "57P", "53300"))


def explain_errors(engine: Any, places: Places, log: Logger) -> None:
    """Have the errors of an engine of SQLAlchemy's told in words: JupyterHub's pages show `jupyterhub_message`."""
    told: dict[str, float] = {}

    @event.listens_for(engine, "handle_error")
    def explain(context: Any) -> None:
        words = words_for(context.original_exception, places)
        if words is None:
            return
        now = time.monotonic()
        for_people = f"{words[0]} {_FOR_PEOPLE}"
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.jupyterhub_message = for_people
        _remember(for_people, now)
        if now - told.get(words[0], -_QUIET) >= _QUIET:
            told[words[0]] = now
            log.critical("%s", words[1])


def _remember(words: str, when: float) -> None:
    global _last
    _last = (words, when)
