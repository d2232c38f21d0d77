"""The program of a host's environments, on real virtual environments of a few packages that are made here."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conda_packages import PREFIX, package

from environments import main as program
from environments.build import Builder, name_of
from environments.lock import Lock
from environments.settings import Environment, Problem
from environments.versions import MARKER, Versions

NEEDED = {
    "jupyterhub": "6.1.1",
    "jupyterlab": "4.5.0",
    "jupyter_server": "2.18.0",
    "ipykernel": "7.0",
    "cryptography": "46.0",
}


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def wheel(directory: Path, name: str, version: str, requires: str = "") -> str:
    """Make a package with one module; its line of a lock."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": f'__version__ = "{version}"\n',
        f"{name}/singleuser.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        + (f"Requires-Dist: {requires}\n" if requires else ""),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items())
    path = directory / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for at, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(zipfile.ZipInfo(at), text)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Place:
    """A directory with a lock, wheels, and the settings of the program."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.wheels = directory / "wheels"
        self.wheels.mkdir()
        self.needed = "".join(wheel(self.wheels, name, version) for name, version in NEEDED.items())
        self.raw: dict[str, object] = {
            "name": "lab",
            "path": str(directory / "lab"),
            "python": sys.executable,
            "keep": 1,
            "graceSeconds": 3600,
            "lock": str(directory / "lab.lock"),
            "followed": True,
            "wheels": str(self.wheels),
            "files": {"share/jupyter/lab/settings/overrides.json": "{}\n"},
        }
        self.versions = Versions(str(directory / "lab"))

    def locked(self, text: str) -> None:
        (self.directory / "lab.lock").write_text(text)

    def run(self, *arguments: str) -> int:
        settings = {"hubVersion": "6.1.1", "environments": [self.raw]}
        (self.directory / "environments.json").write_text(json.dumps(settings))
        return program.main(str(self.directory), "jupyterhub-environment", list(arguments))

    def make(self, text: str) -> str:
        """A version as a build would leave it for a lock, without one."""
        self.locked(text)
        name = name_of(Environment(self.raw, "6.1.1"), Lock(str(self.raw["lock"])))
        directory = self.directory / "lab.versions" / name
        (directory / MARKER).mkdir(parents=True)
        (directory / MARKER / "requirements.txt").write_text(text)
        return name


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_version_is_made_checked_and_turned_to(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.locked(place.needed)
    assert place.run("update", "lab") == 0, capsys.readouterr().err
    first = place.versions.current()
    assert first is not None
    assert first.jupyterhub == "6.1.1"
    python = str(place.directory / "lab/bin/python")
    subprocess.run([python, "-c", "import jupyterlab"], check=True)
    assert (place.directory / "lab/share/jupyter/lab/settings/overrides.json").read_text() == "{}\n"
    assert (place.directory / "lab" / MARKER / "requirements.txt").read_text() == place.needed
    assert place.run("update", "lab") == 0
    assert "has what" in capsys.readouterr().out.splitlines()[-1]

    # One package lacks another, and one hub is not ours: nothing changes, and the failure is remembered.
    place.locked(place.needed + wheel(place.wheels, "rocket", "1.0", requires="fuel>=2"))
    assert place.run("update", "lab") == 1
    assert "stays as it is" in capsys.readouterr().err
    old = place.needed.replace(place.needed.splitlines()[0] + "\n", wheel(place.wheels, "jupyterhub", "5.4.1"))
    place.locked(old)
    assert place.run("update", "lab") == 1
    assert "The lock has jupyterhub 5.4.1, and the hub is 6.1.1" in capsys.readouterr().err
    current = place.versions.current()
    assert current is not None
    assert [each.name for each in place.versions.all()] == [current.name] == [first.name]
    place.run("status")
    [status] = json.loads(capsys.readouterr().out)["environments"]
    assert "5.4.1" in status["failure"]["words"]
    place.locked(place.needed)
    place.run("update", "lab")
    place.run("status")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["environments"][0]["failure"] is None


def test_going_back_lasts_until_the_lock_changes(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    names = [place.make(f"# {number}\n") for number in range(3)]
    for number in range(3):
        place.locked(f"# {number}\n")
        assert place.run("update", "lab") == 0
    assert str((place.directory / "lab").readlink()) == f"lab.versions/{names[2]}"
    capsys.readouterr()
    assert place.run("rollback", "lab") == 0
    assert f"is now version {names[1]}" in capsys.readouterr().out
    assert place.run("update", "lab") == 0
    assert f"was put back to {names[1]}" in capsys.readouterr().out
    assert str((place.directory / "lab").readlink()) == f"lab.versions/{names[1]}"
    assert place.run("rollback", "lab", "--to", names[0]) == 0
    assert place.run("rollback", "lab", "--to", "other") == 1
    assert "no version other to go back to; there is: " in capsys.readouterr().err
    place.locked("# 1\n")
    assert place.run("update", "lab") == 0
    assert str((place.directory / "lab").readlink()) == f"lab.versions/{names[1]}"
    made = place.directory / "lab.versions" / names[1] / MARKER / "requirements.txt"
    os.utime(made, (0, time.mktime((2026, 1, 2, 3, 4, 0, 0, 0, 0))))
    assert place.run("list") == 0
    assert f"* {names[1]}  made 2026-01-02 03:04  jupyterhub none\n" in capsys.readouterr().out


def test_a_former_version_stays_while_a_server_may_run_in_it(place: Place) -> None:
    names = [place.make(f"# {number}\n") for number in range(4)]
    for number in range(4):
        place.locked(f"# {number}\n")
        place.run("update", "lab")
    there = lambda: {each.name for each in place.versions.all()}  # noqa: E731
    assert there() == set(names)
    for name in names[:3]:
        left = place.directory / "lab.versions" / name / MARKER / "left"
        os.utime(left, (time.time() - 5000 + names.index(name), time.time() - 5000 + names.index(name)))
    directory = place.directory / "lab.versions" / names[0]
    with subprocess.Popen(["/bin/sleep", "60"], executable=_named(directory)) as process:
        place.versions.prune(1, 3600)
        process.kill()
        assert there() == {names[0], names[2], names[3]}
    place.versions.prune(1, 6000)
    assert names[0] in there()
    place.versions.prune(1, 3600)
    assert there() == {names[2], names[3]}


def _named(directory: Path) -> str:
    sleep = directory / "sleep"
    sleep.write_bytes(Path("/bin/sleep").read_bytes())
    sleep.chmod(0o755)
    return str(sleep)


def test_a_version_whose_leaving_nobody_noted_is_not_removed_at_once(place: Place) -> None:
    for number in range(3):
        place.make(f"# {number}\n")
    place.versions.turn(place.versions.all()[0])
    assert place.versions.prune(0, 3600) == []
    assert all(each.left for each in place.versions.former())


@pytest.mark.parametrize(("mode", "refused"), [(0o644, False), (0o664, os.geteuid() == 0), (0o646, True)])
def test_a_lock_that_others_can_write_is_refused(place: Place, mode: int, refused: bool) -> None:
    place.locked("x\n")
    (place.directory / "lab.lock").chmod(mode)
    if refused:
        with pytest.raises(Problem, match=r"can be written by others.*Next: chmod"):
            Lock(str(place.raw["lock"]))
    else:
        assert Lock(str(place.raw["lock"])).text == "x\n"


def test_what_is_in_the_way_is_left_alone(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    (place.directory / "lab").mkdir()
    place.locked(place.needed)
    assert place.run("update", "lab") == 1
    assert "is no link" in capsys.readouterr().err
    assert place.run("rollback", "nothing") == 1
    assert "There is no environment nothing here" in capsys.readouterr().err


def test_a_version_has_the_name_that_pulumi_gives_it(place: Place) -> None:
    place.locked("x --hash=sha256:ab")
    raw = {**place.raw, "python": "/usr/bin/python3", "files": {}}
    # As in plugins/host/resources/python-environment/cases/plans.yaml.
    assert name_of(Environment(raw, ""), Lock(str(place.raw["lock"]))) == "741ca41c1f88eca6"


def test_two_at_once(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.make("# 0\n")
    with place.versions.held():
        assert place.run("update", "lab") == 1
    assert "is being changed by another process" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_programs_run_with_the_rights_of_the_locks_owner(place: Place) -> None:
    place.locked("x\n")
    os.chown(place.directory / "lab.lock", 65534, 65534)
    builder = Builder(Lock(str(place.raw["lock"])), str(place.directory))
    assert builder.run("id", ["/usr/bin/id", "-u"]) == "65534\n"
    assert builder.run("id", ["/usr/bin/id", "-G"]) == "65534\n"
    with pytest.raises(Problem, match=r"Looking failed: .*Permission denied"):
        builder.run("Looking", ["/bin/cat", "/etc/shadow"])
    os.chown(place.directory / "lab.lock", 0, 0)
    assert Builder(Lock(str(place.raw["lock"])), str(place.directory)).run("id", ["/usr/bin/id", "-u"]) == "0\n"


@pytest.fixture
def channel(place: Place) -> Iterator[tuple[Path, str]]:
    """A directory that is served, and its address."""
    directory = place.directory / "channel"
    directory.mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(directory))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield directory, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_conda_makes_one_from_an_explicit_list(
    place: Place, channel: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    conda = place.directory / "conda"
    conda.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("conda_packages.py")} "$@"\n')
    conda.chmod(0o755)
    place.raw["conda"] = str(conda)
    site = "lib/python3.11/site-packages"
    interpreter = (
        f'#!/bin/sh\n[ "$1" != -I ] || shift\nexport PYTHONPATH={PREFIX}/{site}\nexec {sys.executable} -S "$@"\n'
    )
    directory, address = channel
    packages = [package(directory, "python", "3.11.7", {"bin/python": interpreter})]
    for name, version in NEEDED.items():
        files = {f"{site}/{name}/__init__.py": f'__version__ = "{version}"\n', f"{site}/{name}/singleuser.py": ""}
        files[f"{site}/{name}-{version}.dist-info/METADATA"] = f"Name: {name}\n"
        packages.append(package(directory, name, version, files))
    listed = "\n".join(["@EXPLICIT", *(address + each for each in packages)]) + "\n"

    place.locked(listed[:-2] + ("0" if listed[-2] != "0" else "1") + "\n")
    assert place.run("update", "lab") == 1
    assert "hash" in capsys.readouterr().err.lower()
    assert place.versions.current() is None

    place.locked(listed)
    assert place.run("update", "lab") == 0, capsys.readouterr().err
    current = place.versions.current()
    assert current is not None
    assert current.jupyterhub == "6.1.1"
    assert (Path(current.directory) / "conda-meta/python-3.11.7-0.json").exists()
    assert current.directory in (Path(current.directory) / "bin/python").read_text()
    said = subprocess.run(
        [place.directory / "lab/bin/python", "-c", "import jupyterlab; print(jupyterlab.__file__)"], capture_output=True
    )
    assert current.directory in said.stdout.decode()
