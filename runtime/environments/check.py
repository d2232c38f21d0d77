"""Whether an environment that was just made will do, before anybody's server runs in it."""

import os
import re
from typing import List

from .build import Builder
from .settings import Problem

# An environment of conda's may have no pip.
_PIP_CHECK = """
import importlib.util, runpy, sys
if importlib.util.find_spec("pip"):
    sys.argv = ["pip", "--disable-pip-version-check", "check"]
    runpy.run_module("pip", run_name="__main__")
"""
_ASK = """
import importlib
for name in ("jupyterhub.singleuser", "jupyterlab", "jupyter_server", "ipykernel", "cryptography"):
    importlib.import_module(name)
import jupyterhub
print("jupyterhub", jupyterhub.__version__)
"""


def check(hub_version: str, builder: Builder, target: str) -> None:
    """Raise a Problem when packages lack others, or a server's own fail, or jupyterhub is not the hub's."""
    python = os.path.join(target, "bin/python")
    builder.run("pip check", [python, "-I", "-c", _PIP_CHECK])
    said = builder.run("Importing what a server needs", [python, "-I", "-c", _ASK])
    match = re.search(r"^jupyterhub (\S+)$", said, re.M)
    here = match.group(1) if match else ""
    if is_apart(here, hub_version):
        raise Problem(
            "The lock has jupyterhub %s, and the hub is %s: with another first or second number log-ins to servers "
            "fail. "
            "Next: lock jupyterhub==%s, or upgrade the hub first." % (here, hub_version, hub_version)
        )


def is_apart(servers: str, hub: str) -> bool:
    """Whether servers of this jupyterhub are not to be relied on with that hub."""
    return _numbers(servers) != _numbers(hub)


def _numbers(version: str) -> List[int]:
    found = re.match(r"(\d+)(?:\.(\d+))?", version)
    return [int(number or 0) for number in found.groups()] if found else []
