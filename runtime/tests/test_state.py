"""Backup, restore, upgrade and the checks before the start, on real SQLite databases with JupyterHub's real schemas."""

import contextlib
import os
import shutil
import socket
import sqlite3
import ssl
import stat
import subprocess
import tarfile
import threading
from pathlib import Path

import pytest
from jupyterhub import dbutil, orm

from jupyterhub_hpc.state import backup, health, prepare, report, restore
from jupyterhub_hpc.state.places import Places
from jupyterhub_hpc.state.problem import StateProblem
from jupyterhub_hpc.state.schema import judge, revisions
from jupyterhub_hpc.state.sqlite import SqliteDatabase

OLDER = "be8ecf03ddac"  # of a development version before 6


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    import sys

    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")  # alembic's program
    state, backups = tmp_path / "state", tmp_path / "backups"
    state.mkdir()
    backups.mkdir()
    made = Places(
        f"sqlite:///{state}/jupyterhub.sqlite", state, "/var/lib/jupyterhub/state", backups, "/srv", "example"
    )
    made.secrets["authority.pem"].parent.mkdir()
    for name, path in made.secrets.items():
        path.write_text(f"canary {name}")
    with orm.new_session_factory(made.database_url)() as session:
        session.add(orm.User(name="alice"))
        session.commit()
    return made


def users(places: Places) -> list[str]:
    with sqlite3.connect(places.directory / "jupyterhub.sqlite") as connection:
        return [row[0] for row in connection.execute("SELECT name FROM users ORDER BY name")]


def add_user(places: Places, name: str) -> None:
    with orm.new_session_factory(places.database_url)() as session:
        session.add(orm.User(name=name))
        session.commit()


def damage(places: Places) -> None:
    path = places.directory / "jupyterhub.sqlite"
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)


def make_older(places: Places) -> None:
    """Give the database an older schema, which differs by columns."""
    path = places.directory / "jupyterhub.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [OLDER])
        for table, column in (
            ("users", "user_info"),
            ("spawners", "display_name"),
            ("oauth_codes", "code_challenge"),
            ("oauth_codes", "code_challenge_method"),
        ):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            if column in columns:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def test_a_backup_is_restored_and_what_it_replaced_is_kept(places: Places) -> None:
    database = SqliteDatabase(places)
    made = backup.make(places, database, "requested", keep=3)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    add_user(places, "bob")
    for path in places.secrets.values():
        path.write_text("another")
    kept = restore.restore(places, database, made.name)
    assert users(places) == ["alice"]
    for name, path in places.secrets.items():
        assert path.read_text() == f"canary {name}"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert (kept / name).read_text() == "another"
    assert stat.S_IMODE((places.directory / "jupyterhub.sqlite").stat().st_mode) == 0o600
    with sqlite3.connect(kept / "jupyterhub.sqlite") as replaced:
        assert replaced.execute("SELECT count(*) FROM users").fetchone() == (2,)


def test_a_backup_while_somebody_writes_has_what_was_committed(places: Places) -> None:
    with sqlite3.connect(places.directory / "jupyterhub.sqlite") as writer:
        writer.execute("UPDATE users SET name = 'mallory'")  # not committed
        made = backup.make(places, SqliteDatabase(places), "requested", keep=3)
        writer.rollback()
    restore.restore(places, SqliteDatabase(places), made.name)
    assert users(places) == ["alice"]


def test_the_oldest_of_the_same_kind_go(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        for kind in ("scheduled", "before-upgrade"):
            shutil.copy(__file__, places.backups / f"2026010{number}T000000Z-{kind}.tar.gz")
    (places.backups / "notes.txt").write_text("the administrator's own")
    backup.make(places, SqliteDatabase(places), "scheduled", keep=2)
    names = [path.name for path in backup.list_backups(places)]
    assert len([name for name in names if "scheduled" in name]) == 2
    assert len([name for name in names if "before-upgrade" in name]) == 4
    assert "20260103T000000Z-scheduled.tar.gz" in names
    assert (places.backups / "notes.txt").exists()


@pytest.mark.parametrize("how", ["truncated", "changed", "no database", "not there"])
def test_a_backup_that_is_not_whole_replaces_nothing(places: Places, how: str) -> None:
    database = SqliteDatabase(places)
    made = backup.make(places, database, "requested", keep=3)
    add_user(places, "bob")
    if how == "truncated":
        made.write_bytes(made.read_bytes()[:-400])
    elif how == "changed":
        with backup.opened(places, made.name) as (files, _):
            (files / "cookie_secret").write_text("forged")
            with tarfile.open(made, "w:gz") as archive:
                for path in sorted(files.iterdir()):
                    archive.add(path, path.name)
    elif how == "no database":
        with tarfile.open(made, "w:gz") as archive:
            archive.add(__file__, "manifest.json")
    name = "20200101T000000Z-requested.tar.gz" if how == "not there" else made.name
    with pytest.raises(StateProblem, match=r"nothing was changed|There is no backup"):
        restore.restore(places, database, name)
    assert users(places) == ["alice", "bob"]


@pytest.mark.parametrize("name", ["../state/jupyterhub.sqlite", "/etc/passwd", ".lock", ""])
def test_only_a_backup_can_be_restored(places: Places, name: str) -> None:
    with pytest.raises(StateProblem, match="There is no backup"):
        restore.restore(places, SqliteDatabase(places), name)


def test_a_damaged_database_is_not_backed_up_and_not_started_on(places: Places) -> None:
    database = SqliteDatabase(places)
    good = backup.make(places, database, "requested", keep=3)
    damage(places)
    with pytest.raises(StateProblem) as refused:
        health.require_healthy(places, database)
    assert refused.value.code == "database-damaged"
    assert "/var/lib/jupyterhub/state/jupyterhub.sqlite is damaged" in str(refused.value)
    assert "npm run doctor -- restore --stack example" in str(refused.value)
    with pytest.raises(StateProblem, match="is damaged"):
        backup.make(places, database, "scheduled", keep=3)
    assert backup.list_backups(places) == [good]
    restore.restore(places, database, "latest")
    health.require_healthy(places, database, thorough=True)
    assert users(places) == ["alice"]


def test_a_new_hub_has_no_database_yet(places: Places) -> None:
    (places.directory / "jupyterhub.sqlite").unlink()
    assert health.require_healthy(places, SqliteDatabase(places)).standing == "empty"


def test_a_newer_schema_is_told_from_an_older_one() -> None:
    wanted, known = revisions()
    assert judge(wanted, True, wanted, known).standing == "current"
    assert judge(OLDER, True, wanted, known).standing == "older"
    assert judge("", True, wanted, known).standing == "older"
    assert judge("ffffffffffff", True, wanted, known).standing == "newer"


def test_an_older_schema_is_upgraded_after_a_backup(places: Places) -> None:
    make_older(places)
    database = SqliteDatabase(places)
    with pytest.raises(StateProblem, match="older schema"):
        health.require_healthy(places, database)
    prepare.prepare(places, database, keep=3)
    assert health.require_healthy(places, database).standing == "current"
    (made,) = backup.list_backups(places)
    assert made.name.endswith("-before-upgrade.tar.gz")
    restore.restore(places, database, made.name)
    assert database.check(thorough=True).found == OLDER


def test_without_a_backup_nothing_is_upgraded(places: Places) -> None:
    make_older(places)
    shutil.rmtree(places.backups)
    with pytest.raises(StateProblem, match="No backup could be written to /srv: No such file"):
        prepare.prepare(places, SqliteDatabase(places), keep=3)
    assert SqliteDatabase(places).check(thorough=False).found == OLDER


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    make_older(places)

    def broken(url: str) -> None:
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute("DROP TABLE users")
        raise RuntimeError("a migration failed")

    monkeypatch.setattr(dbutil, "upgrade", broken)
    with pytest.raises(StateProblem, match=r"could not be upgraded.*a migration failed.*as it was"):
        prepare.prepare(places, SqliteDatabase(places), keep=3)
    assert users(places) == ["alice"]


def test_a_newer_schema_is_not_touched(places: Places) -> None:
    with sqlite3.connect(places.directory / "jupyterhub.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    with pytest.raises(StateProblem, match="newer JupyterHub"):
        prepare.prepare(places, SqliteDatabase(places), keep=3)
    assert backup.list_backups(places) == []


def test_a_full_disk_is_named(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(health.tempfile, "TemporaryFile", full)
    with pytest.raises(StateProblem) as refused:
        health.require_healthy(places, SqliteDatabase(places))
    assert refused.value.code == "disk-full"
    assert "/var/lib/jupyterhub/state" in str(refused.value)


def test_a_link_in_the_state_is_refused(places: Places) -> None:
    places.require_no_links()
    (places.directory / "authority" / "hub-server.pem").symlink_to(places.backups / "20260101T000000Z-requested.tar.gz")
    with pytest.raises(StateProblem, match=r"/var/lib/jupyterhub/state/authority/hub-server.pem is a link"):
        places.require_no_links()


def test_a_full_disk_in_the_middle_of_a_restore_leaves_the_state_as_it_was(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = SqliteDatabase(places)
    made = backup.make(places, database, "requested", keep=3)
    add_user(places, "bob")
    places.secrets["cookie_secret"].write_text("another")
    copy = shutil.copyfile

    def full(source: Path, target: Path) -> Path:
        if target.name == ".authority.pem.restored":
            raise OSError(28, "No space left on device")
        return copy(source, target)

    monkeypatch.setattr(restore.shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space"):
        restore.restore(places, database, made.name)
    assert users(places) == ["alice", "bob"]
    assert places.secrets["cookie_secret"].read_text() == "another"


def test_without_a_container_the_places_are_the_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
    inside = Places.from_environment()
    assert (str(inside.directory), str(inside.backups)) == ("/var/lib/jupyterhub", "/var/lib/jupyterhub-backups")
    monkeypatch.setenv("HUB_STATE", "/srv/jupyterhub/state")
    monkeypatch.setenv("HUB_BACKUPS", "/srv/backups")
    on_host = Places.from_environment()
    assert on_host.database_url == "sqlite:////srv/jupyterhub/state/jupyterhub.sqlite"
    assert on_host.backups == Path("/srv/backups")


@pytest.mark.parametrize("behind", ["", "1"])
def test_the_certificate_that_is_served_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behind: str) -> None:
    """Behind a web server the proxy is told of a client before TLS begins; otherwise nothing comes before it."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subject = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=hub", "-days", "2"]
    command = ["openssl", "req", "-x509", *subject, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    header = b"PROXY TCP4 127.0.0.1 127.0.0.1 1 443\r\n"
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            if behind:
                seen.append(connection.recv(len(header)))
            with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as tls:
                tls.recv(1)

        thread = threading.Thread(target=answer)
        thread.start()
        monkeypatch.setenv("HUB_HTTPS_PORT", str(server.getsockname()[1]))
        monkeypatch.setenv("JUPYTERHUB_PROXY_BEHIND_WEB_SERVER", behind)
        assert report._served() == cert.read_text()
        thread.join(10)
    assert seen == ([header] if behind else [])
