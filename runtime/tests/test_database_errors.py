"""What SQLite itself says when its file's limits are reached, as people and the log get it."""

import logging
from pathlib import Path

import pytest
from psycopg import errors
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from jupyterhub_hpc import database_errors
from jupyterhub_hpc.database_errors import explain_errors, recent_words, words_for
from jupyterhub_hpc.state.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(f"sqlite:///{tmp_path}/x.sqlite", tmp_path, "/srv/state", tmp_path, "/srv/backups", "example")


def test_a_full_disk_is_told_to_its_user_and_once_in_the_log(
    places: Places, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_engine(places.database_url)
    explain_errors(engine, places, logging.getLogger("hub"))
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE t (x BLOB)"))
        connection.execute(text("PRAGMA max_page_count = 3"))  # SQLite's word for it is the one of a full disk
        for _ in range(2):
            with pytest.raises(SQLAlchemyError) as refused:
                connection.execute(text("INSERT INTO t VALUES (zeroblob(100000))"))
            assert "disk that holds the hub's state is full" in refused.value.jupyterhub_message  # type: ignore[attr-defined]
            assert "/srv" not in refused.value.jupyterhub_message  # type: ignore[attr-defined]
    # Every page tells of it for a while: somebody who is logged in is sent to the log-in page by such an error.
    assert recent_words().startswith("The disk that holds the hub's state is full.")
    monkeypatch.setattr(database_errors, "_RECENTLY", 0)
    assert recent_words() == ""
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 1
    assert "/srv/state" in lines[0]
    assert "Next: make room" in lines[0]


def test_a_damaged_file_names_the_restore(places: Places, caplog: pytest.LogCaptureFixture) -> None:
    (places.directory / "x.sqlite").write_bytes(b"nonsense" * 1000)
    engine = create_engine(places.database_url)
    explain_errors(engine, places, logging.getLogger("hub"))
    with pytest.raises(SQLAlchemyError), engine.connect() as connection:
        connection.execute(text("SELECT * FROM sqlite_master"))
    assert "restore --stack example latest" in caplog.text


def test_an_error_of_the_programs_own_gets_no_words(places: Places, caplog: pytest.LogCaptureFixture) -> None:
    engine = create_engine(places.database_url)
    explain_errors(engine, places, logging.getLogger("hub"))
    with pytest.raises(SQLAlchemyError) as refused, engine.connect() as connection:
        connection.execute(text("SELECT * FROM no_such_table"))
    assert not hasattr(refused.value, "jupyterhub_message")
    assert caplog.text == ""


def test_a_server_that_is_being_stopped_does_not_answer_a_wrong_query_is_no_such_thing(places: Places) -> None:
    for error in (errors.OperationalError("connection refused"), errors.AdminShutdown(), errors.TooManyConnections()):
        words = words_for(error, places)
        assert words is not None
        assert words[0] == "The hub's database does not answer."
    assert words_for(errors.UndefinedTable(), places) is None
    assert words_for(errors.LockNotAvailable(), places) is None
