"""What the stack's configuration says: `environments.json` beside the program, checked before it is put there."""

import json
import os
from typing import Any, Dict, List, Optional


class Problem(Exception):
    """What is wrong, and what to do, in words for the people who run the cluster."""


class Environment:
    """One environment of this host. The keys are described in components/environments/keeper.ts."""

    def __init__(self, raw: Dict[str, Any], hub_version: str) -> None:
        missing = [key for key in ("name", "path", "python") if not isinstance(raw.get(key), str) or not raw[key]]
        missing += [key for key in ("keep", "graceSeconds") if not isinstance(raw.get(key), int)]
        if missing:
            raise ValueError("environments.json lacks or misspells " + ", ".join(missing))
        self.hub_version = hub_version
        self.name: str = raw["name"]
        self.path: str = raw["path"]
        self.python: str = raw["python"]
        self.keep: int = raw["keep"]
        self.grace_seconds: int = raw["graceSeconds"]
        # what restarts what runs in it
        self.restart: Optional[str] = raw.get("restart")
        # a lock file of this host; None: `pulumi up` itself makes what is in it
        self.lock: Optional[str] = raw.get("lock")
        # whether somebody else than Pulumi puts it there
        self.followed: bool = raw.get("followed", False)
        # conda, mamba or micromamba, which makes it in the place of venv and pip; the lock is an explicit list then
        self.conda: Optional[str] = raw.get("conda")
        self.wheels: Optional[str] = raw.get("wheels")
        self.files: Dict[str, str] = raw.get("files", {})


class Settings:
    """Checked settings."""

    def __init__(self, raw: Dict[str, Any]) -> None:
        if not isinstance(raw.get("hubVersion"), str):
            raise ValueError("environments.json lacks hubVersion")
        self.hub_version: str = raw["hubVersion"]
        self.environments: List[Environment] = [Environment(each, self.hub_version) for each in raw["environments"]]

    def named(self, name: str) -> Environment:
        """The environment of a name."""
        for environment in self.environments:
            if environment.name == name:
                return environment
        names = ", ".join(each.name for each in self.environments)
        raise Problem("There is no environment %s here. Next: name one of %s." % (name, names))


def read_settings(directory: str) -> Settings:
    """The settings of the program in a directory."""
    with open(os.path.join(directory, "environments.json"), encoding="utf-8") as file:
        return Settings(json.load(file))
