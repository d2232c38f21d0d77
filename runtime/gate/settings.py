"""What the stack's configuration says: `cluster.json` beside the program, checked before it is put there."""

import json
import os
import re
from typing import Any, Dict, List, Optional, Tuple

_TEXTS = ("account", "group", "namePattern", "jobPattern", "limitsDirectory", "logFile")
_NUMBERS = ("minimumUid", "timeout")
_LIMITS = ("seconds", "submitsPerUser", "submits", "requestsPerUser", "requests")
COMMANDS = ("submit", "cancel", "queue", "find", "job")
MAY_BE_EMPTY = ("partitions", "privacy", "ended")  # a scheduler of which there is nothing to ask


Rules = List[Tuple["re.Pattern[str]", int]]  # what a whole option must match, and the most its number may be


class Settings:
    """Checked settings. The keys are described in components/login/cluster-settings.ts."""

    def __init__(self, raw: Dict[str, Any], program: str) -> None:
        missing = [key for key in _TEXTS if not isinstance(raw.get(key), str) or not raw[key]]
        missing += [key for key in _NUMBERS if not isinstance(raw.get(key), int)]
        missing += [key for key in _LIMITS if not isinstance(raw.get("limits", {}).get(key), int)]
        commands = raw.get("commands", {})
        missing += [key for key in COMMANDS if not commands.get(key, [])]
        missing += [key for key in COMMANDS + MAY_BE_EMPTY if not _is_vector(commands.get(key, []))]
        if missing:
            raise ValueError("cluster.json lacks or misspells " + ", ".join(missing))
        self.program = program
        self.account: str = raw["account"]
        self.group: str = raw["group"]
        self.name_pattern = re.compile(raw["namePattern"])
        self.job_pattern = re.compile(raw["jobPattern"])
        self.minimum_uid: int = raw["minimumUid"]
        self.timeout: int = raw["timeout"]
        self.limits: Dict[str, int] = raw["limits"]
        self.limits_directory: str = raw["limitsDirectory"]
        self.log_file: str = raw["logFile"]
        self.environment: List[str] = raw["environment"]
        self.scheduler_environment: Dict[str, str] = raw["schedulerEnvironment"]
        self.commands: Dict[str, List[str]] = {**{key: [] for key in MAY_BE_EMPTY}, **commands}
        # a command as the user, and what one line of its answer must be, for a job to be this hub's to cancel
        self.own_job: Optional[Tuple[List[str], "re.Pattern[str]"]] = None
        if raw.get("ownJob"):
            self.own_job = (raw["ownJob"]["command"], re.compile(raw["ownJob"]["line"]))
        # a file below the home, and the option that has its mark
        self.hand_over: Optional[Tuple[str, "re.Pattern[str]"]] = None
        if raw.get("handOver"):
            self.hand_over = (raw["handOver"]["file"], re.compile(raw["handOver"]["mark"]))
        script = raw["script"]
        self.script_bytes: int = script["bytes"]
        self.first_line: str = script["firstLine"]
        self.markers: List[str] = script["markers"]
        self.rules = _rules(script["rules"])
        self.offers: Dict[str, Rules] = {offer["choice"]: _rules(offer["rules"]) for offer in script["offers"]}


def _rules(raw: List[Dict[str, Any]]) -> Rules:
    return [(re.compile(rule["pattern"]), rule.get("most", -1)) for rule in raw]


def _is_vector(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def read_settings(directory: str) -> Settings:
    """The settings of the program in a directory."""
    with open(os.path.join(directory, "cluster.json"), encoding="utf-8") as file:
        return Settings(json.load(file), os.path.join(directory, "cluster"))
