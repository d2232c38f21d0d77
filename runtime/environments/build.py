"""Makes a version: a virtual environment with exactly the packages of the lock, with the rights of the lock's owner."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from typing import Callable, List

from .lock import Lock
from .settings import Environment, Problem
from .versions import MARKER

_TIMEOUT = 3600


def name_of(environment: Environment, lock: Lock) -> str:
    """Name of the version: another one for other packages, files or interpreter.

    It is the name that `pulumi up` gives to what it makes itself (PythonEnvironment): such a version is taken over.
    """
    made_of = [environment.conda or environment.python, lock.text, environment.files]
    return hashlib.sha256(json.dumps(made_of, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()[:16]


class Builder:
    """Runs programs as the lock's owner, and keeps what they say."""

    def __init__(self, lock: Lock, home: str) -> None:
        self.owner = lock.owner
        self.home = home
        self._other = os.geteuid() == 0 and lock.owner.pw_uid != 0

    def run(self, doing: str, argv: List[str]) -> str:
        """What a program printed; a Problem with its last words when it fails."""
        environment = {
            **os.environ,
            "HOME": self.home,
            "TMPDIR": self.home,
            "LC_ALL": "C.UTF-8",
            "PIP_NO_CACHE_DIR": "1",
            # A cache of its own: one that others can write would bring their packages in.
            "CONDA_PKGS_DIRS": os.path.join(self.home, "pkgs"),
            "MAMBA_ROOT_PREFIX": os.path.join(self.home, "root"),
        }
        try:
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                preexec_fn=self._become() if self._other else None,
                timeout=_TIMEOUT,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Problem("%s failed: %s" % (doing, error)) from error
        said = done.stdout.decode(errors="replace")
        if done.returncode != 0:
            raise Problem("%s failed: %s" % (doing, "\n".join(said.strip().splitlines()[-15:])))
        return said

    def _become(self) -> Callable[[], None]:
        uid, gid, name = self.owner.pw_uid, self.owner.pw_gid, self.owner.pw_name

        def become() -> None:
            os.initgroups(name, gid)
            os.setgid(gid)
            os.setuid(uid)
            os.umask(0o022)

        return become

    def give(self, path: str) -> None:
        """Let them write there."""
        if self._other:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)


def build(environment: Environment, lock: Lock, target: str, check: Callable[[Builder, str], None]) -> None:
    """Make a version at `target`; nothing is left there when that fails, or when `check` does.

    The finished version is root's: who maintains the lock changes it by another lock, and not beneath people's servers.
    """
    if os.path.isdir(target):
        shutil.rmtree(target)
    os.makedirs(target, mode=0o755)
    home = tempfile.mkdtemp(prefix="jupyterhub-environment-")
    try:
        builder = Builder(lock, home)
        builder.give(home)
        builder.give(target)
        requirements = os.path.join(home, "requirements.txt")
        with open(requirements, "w", encoding="utf-8") as file:
            file.write(lock.text)
        os.chmod(requirements, 0o644)
        install(environment, builder, target, requirements)
        for name, text in environment.files.items():
            write = 'mkdir -p -- "$(dirname -- "$1")" && printf %s "$2" >"$1"'
            builder.run("Writing " + name, ["/bin/sh", "-c", write, "sh", os.path.join(target, name), text])
        check(builder, target)
        _make_roots(target)
        _mark(environment, lock, target)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(home, ignore_errors=True)


def install(environment: Environment, builder: Builder, target: str, requirements: str) -> None:
    """The packages: by conda where it is configured, else by venv and pip."""
    if environment.conda:
        create = [environment.conda, "create", "--yes", "--quiet", "--prefix", target, "--file", requirements]
        builder.run(environment.conda, create)
        return
    builder.run("Making a virtual environment (is python3-venv installed?)", [environment.python, "-m", "venv", target])
    pip = [os.path.join(target, "bin/python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    source = ["--no-index", "--find-links=" + environment.wheels] if environment.wheels else []
    builder.run(
        "pip", pip + ["install", "--require-hashes", "--only-binary=:all:"] + source + ["--requirement", requirements]
    )


def _make_roots(target: str) -> None:
    uid, gid = os.geteuid(), os.getegid()
    os.chown(target, uid, gid)
    for directory, directories, files in os.walk(target):
        for name in directories + files:
            os.chown(os.path.join(directory, name), uid, gid, follow_symlinks=False)


def _mark(environment: Environment, lock: Lock, target: str) -> None:
    marker = os.path.join(target, MARKER)
    unfinished = marker + ".new"
    os.mkdir(unfinished, 0o755)  # fails when a package brought it along
    for name, text in (("python", environment.python + "\n"), ("requirements.txt", lock.text)):
        with open(os.path.join(unfinished, name), "w", encoding="utf-8") as file:
            file.write(text)
    os.rename(unfinished, marker)
