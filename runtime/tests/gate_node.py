"""A login node for the tests of its program: real processes; only sudo, accounts and the scheduler are made up."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SCRIPT = """#!/bin/bash -p
#SBATCH --job-name=jupyterhub
#SBATCH --partition=short
#SBATCH --time=01:00:00
echo $JUPYTERHUB_API_TOKEN
"""
# The same with the hub's mark on it.
MARK = "89f90000aaaabbbb"
HANDED = SCRIPT.replace("--job-name=jupyterhub", f"--job-name=jupyterhub-{MARK}")
RULES = [{"pattern": "--job-name=jupyterhub"}, {"pattern": "--comment=[0-9a-f]{1,64}"}]
OFFERS = [
    {"choice": "--partition=short", "rules": [{"pattern": "--time=([0-9]{1,4}:[0-5][0-9]:[0-5][0-9])", "most": 14400}]},
    {"choice": "--partition=long", "rules": [{"pattern": "--time=([0-9]{1,4}:[0-5][0-9]:[0-5][0-9])", "most": 172800}]},
]
# Starts the program with made-up accounts: who is asking, whose name means whom, who is in which group. What it writes
# to the journal goes to a file; where it would become another user by sudo, it is started again as that user.
PRELUDE = """
import grp, json, os, pwd, subprocess, sys, syslog
directory, me, *arguments = sys.argv[1:]
ACCOUNTS = {{
    "hub": (900, 900, "/home/hub", "/bin/sh"),
    "alice": (2001, 2000, "{home}", "/bin/bash"),
    "carol": (2003, 2100, "/home/carol", "/bin/bash"),
    "locked": (2004, 2000, "/home/locked", "/usr/sbin/nologin"),
    "service": (500, 2000, "/home/service", "/bin/bash"),
    "nobody": (65534, 2000, "/", "/bin/bash"),
    "toor": (0, 2000, "/root", "/bin/bash"),
}}
def entry(name):
    uid, gid, home, shell = ACCOUNTS[name]
    return pwd.struct_passwd((name, "x", uid, gid, "", home, shell))
pwd.getpwnam = lambda name: entry("alice" if name == "ALICE" else name)
pwd.getpwuid = lambda uid: entry(me)
grp.getgrnam = lambda name: grp.struct_group((name, "x", {{"hpcusers": 2000}}[name], []))
os.getgrouplist = lambda name, gid: [gid]
os.geteuid = lambda: ACCOUNTS[me][0]
syslog.openlog = lambda *_: None
syslog.syslog = lambda _, words: open(directory + "/journal", "a").write(words + "\\n")
sys.path.insert(0, "{runtime}")
from gate import run, main
popen = subprocess.Popen
def by_sudo(vector, **options):
    if vector[0] == "/usr/bin/sudo":
        open(directory + "/sudo", "a").write(json.dumps([vector, sorted(options["env"])]) + "\\n")
        vector = [sys.executable, "-IBS", directory + "/start.py", directory, vector[3], *vector[6:]]
    return popen(vector, **options)
run.subprocess.Popen = by_sudo
sys.exit(main.main(directory, arguments, os.environ.get("SSH_ORIGINAL_COMMAND")))
"""


class Node:
    """A login node, as far as the program sees one."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.home = directory / "home"
        (self.home / ".jupyterhub/logs").mkdir(parents=True)
        (directory / "limits").mkdir()
        tool = directory / "tool"  # the scheduler: says what it was given
        tool.write_text('#!/bin/sh\necho "$@"; env | sort >"${0%/*}/environment"; cat >"${0%/*}/stdin"\n')
        tool.chmod(0o755)
        runtime = Path(__file__).parent.parent
        (directory / "start.py").write_text(PRELUDE.format(home=self.home, runtime=runtime))
        self.settings: dict[str, Any] = {
            "account": "hub",
            "group": "hpcusers",
            "minimumUid": 1000,
            "namePattern": "[a-z][a-z0-9_-]{0,31}",
            "jobPattern": "[0-9]{1,12}",
            "limits": {"seconds": 600, "submitsPerUser": 3, "submits": 5, "requestsPerUser": 50, "requests": 100},
            "limitsDirectory": str(directory / "limits"),
            "timeout": 5,
            "logFile": ".jupyterhub/logs/server-{job}.log",
            "environment": ["JUPYTERHUB_API_TOKEN", "JUPYTERHUB_USER"],
            "schedulerEnvironment": {"SGE_ROOT": "/opt/sge"},
            "commands": {
                "submit": [str(tool), "42;box"],
                "cancel": [str(tool), "cancel", "--name=jupyterhub", "{job}"],
                "queue": [str(tool), "queue"],
                "find": [str(tool), "find", "--user={user}"],
                "job": [str(tool), "job", "{job}"],
                "partitions": [str(tool), "partitions"],
                "privacy": [str(tool), "privacy"],
            },
            "script": {
                "bytes": 2000,
                "firstLine": "#!/bin/bash -p",
                "markers": ["#SBATCH", "#SLURM", "#PBS", "#BSUB"],
                "rules": RULES,
                "offers": OFFERS,
            },
        }
        self.write()

    def write(self) -> None:
        (self.directory / "cluster.json").write_text(json.dumps(self.settings))

    def ask(
        self, *words: str, me: str = "hub", stdin: str = "", **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-IBS", str(self.directory / "start.py"), str(self.directory), me, *words]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, env=environment, timeout=30)

    def read(self, name: str) -> str:
        path = self.directory / name
        return path.read_text() if path.exists() else ""
