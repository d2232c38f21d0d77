"""The login nodes' program, both its faces, as real processes; only sudo, accounts and the scheduler are made up."""

import json
import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """#!/bin/bash -p
#SBATCH --job-name=jupyterhub
#SBATCH --partition=short
#SBATCH --time=01:00:00
echo $JUPYTERHUB_API_TOKEN
"""
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


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


@pytest.mark.parametrize(
    ("asked", "printed"),
    [
        ("queue", "queue"),
        ("partitions", "partitions"),
        ("privacy", "privacy"),
        ("find alice", "find --user=alice"),
        ("job 7", "job 7"),
        ("cancel alice 7", "cancel --name=jupyterhub 7"),
    ],
)
def test_what_may_be_asked(node: Node, asked: str, printed: str) -> None:
    by_ssh = node.ask(SSH_ORIGINAL_COMMAND=asked, SLURM_CONF="/evil", SGE_ROOT="/evil")
    assert (by_ssh.returncode, by_ssh.stdout, by_ssh.stderr) == (0, f"{printed}\n", "")
    assert "SGE_ROOT=/opt/sge\n" in node.read("environment")
    assert "SLURM_CONF" not in node.read("environment")
    on_this_host = node.ask(*asked.split(" "))
    assert on_this_host.stdout == by_ssh.stdout
    assert node.read("journal").count("result=done") == 2


def test_an_account(node: Node) -> None:
    account = json.loads(node.ask("account", "alice").stdout)
    assert account == {"name": "alice", "uid": 2001, "home": str(node.home), "shell": "/bin/bash"}


@pytest.mark.parametrize(
    "command",
    [
        *("", " ", "sh", "queue ", " queue", "queue;id", "queue\nid", "queue alice", "submit", "submit alice 7", "-h"),
        *("$(id)", "scp -t /tmp", "/usr/lib/openssh/sftp-server", "internal-sftp", "queue --uid=0", "cancel alice"),
        *("cancel alice 7 8", "job -1", "job 7;id", "job 7,8", "job 1234567890123", "job \u0667", "x" * 100_000),
        *("cancel alice --all", "log alice ../x", "log alice 7/../8", "SUBMIT alice", "check /etc/shadow", "job 7\n"),
    ],
)
def test_what_is_no_request_starts_nothing(node: Node, command: str) -> None:
    answer = node.ask(SSH_ORIGINAL_COMMAND=command)
    assert answer.returncode == 64
    assert answer.stderr.startswith("jupyterhub-hpc: ")
    assert (answer.stdout, node.read("stdin"), node.read("sudo")) == ("", "", "")
    assert len(node.read("journal").splitlines()) == 1
    assert 'result="refused: ' in node.read("journal")


@pytest.mark.parametrize(
    "name",
    [
        *("root", "toor", "hub", "service", "nobody", "locked", "carol", "ghost", "ALICE", "Alice", "-ualice"),
        *("#2001", "%hpcusers", "alice\n", "al;ice", "alice,root", "../alice", "a" * 33, "\u0430lice", ""),
    ],
)
@pytest.mark.parametrize("operation", ["submit", "account"])
def test_whose_name_may_not_be_used(node: Node, operation: str, name: str) -> None:
    answer = node.ask(operation, name, stdin=SCRIPT)
    assert answer.returncode == 77
    assert (answer.stdout, node.read("stdin"), node.read("sudo")) == ("", "", "")
    assert 'result="refused: ' in node.read("journal")


def test_a_submission(node: Node) -> None:
    hostile = {"LD_LIBRARY_PATH": "/evil", "SBATCH_ACCOUNT": "rich", "SLURM_CONF": "/evil", "BASH_ENV": "/evil"}
    answer = node.ask("submit", "alice", stdin=SCRIPT, JUPYTERHUB_API_TOKEN="canary", PATH="/evil", **hostile)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "42;box\n", "")
    assert node.read("stdin") == SCRIPT
    names = {line.split("=")[0] for line in node.read("environment").splitlines()}
    shell = {"PWD", "OLDPWD", "SHLVL", "_"}
    assert names - shell == {"JUPYTERHUB_API_TOKEN", "SGE_ROOT", "PATH", "LANG", "HOME", "USER", "LOGNAME", "SHELL"}
    ((vector, environment),) = [json.loads(line) for line in node.read("sudo").splitlines()]
    program = str(node.directory / "cluster")
    assert vector == ["/usr/bin/sudo", "-n", "-u", "alice", "--", program, "submit"]
    assert set(environment) == {"JUPYTERHUB_API_TOKEN", "SGE_ROOT", "PATH", "LANG"}
    line = node.read("journal")
    assert 'operation=submit user=alice job=42 result=done options="--job-name=jupyterhub --partition=short' in line
    assert "canary" not in line


SCRIPTS = {
    "another first line": SCRIPT.replace("bash -p", "bash"),
    "nothing": "",
    "no choice": SCRIPT.replace("#SBATCH --partition=short\n", ""),
    "two choices": SCRIPT.replace("short\n", "short\n#SBATCH --partition=long\n"),
    "another choice": SCRIPT.replace("short", "secret"),
    "more than the choice has": SCRIPT.replace("01:00:00", "04:00:01"),
    "an option": SCRIPT.replace("short\n", "short\n#SBATCH --uid=0\n"),
    "an option at the end": SCRIPT + "#SBATCH --account=rich\n",
    "an option in an allowed one": SCRIPT.replace("01:00:00", "01:00:00 --uid=0"),
    "a short option": SCRIPT + "#SBATCH -A rich\n",
    "the older marker": SCRIPT + "#SLURM --uid=0\n",
    "another scheduler's marker": SCRIPT + "#PBS -A rich\n",
    "a marker without a space": SCRIPT + "#SBATCH--uid=0\n",
    "a marker with a tab": SCRIPT + "#SBATCH\t--uid=0\n",
    "a marker in small letters": SCRIPT + "#sbatch --uid=0\n",
    "a marker after blanks": SCRIPT + "  #SBATCH --uid=0\n",
    "a comment behind an option": SCRIPT.replace("01:00:00", "01:00:00 # x"),
    "a line continued": SCRIPT.replace("01:00:00\n", "01:00:00 \\\n"),
    "a carriage return": SCRIPT.replace("01:00:00\n", "01:00:00\r\n"),
    "a vertical tab": SCRIPT + "x\x0b#SBATCH --uid=0\n",
    "a zero": SCRIPT + "\0",
    "too much": SCRIPT + "x" * 2000,
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
@pytest.mark.parametrize("me", ["hub", "alice"])
def test_a_script_that_is_refused_by_either_face(node: Node, me: str, script: str) -> None:
    words = ["submit", "alice"] if me == "hub" else ["submit"]
    answer = node.ask(*words, me=me, stdin=script)
    assert answer.returncode == 77
    assert "job script" in answer.stderr
    assert (answer.stdout, node.read("stdin"), node.read("sudo")) == ("", "", "")


def test_the_users_face_does_three_things(node: Node) -> None:
    assert node.ask("cancel", me="alice", stdin="7").stdout == "cancel --name=jupyterhub 7\n"
    for words, stdin in [(["queue"], ""), (["submit", "bob"], SCRIPT), (["cancel"], "7 8"), (["cancel"], ""), ([], "")]:
        assert node.ask(*words, me="alice", stdin=stdin).returncode == 64
    for me in ("carol", "service", "toor"):
        assert node.ask("submit", me=me, stdin=SCRIPT).returncode == 77


def test_servers_started_are_counted(node: Node) -> None:
    for _ in range(3):
        assert node.ask("submit", "alice", stdin=SCRIPT).returncode == 0
    over = node.ask("submit", "alice", stdin=SCRIPT)
    assert over.returncode == 75
    told = re.search(
        r"alice has asked for as many servers as it may: 3 in 600 s\. Again at (\d\d):(\d\d):(\d\d)\.", over.stderr
    )
    assert told
    now = time.localtime()
    wait = sum(int(part) * unit for part, unit in zip(told.groups(), (3600, 60, 1), strict=True))
    assert 120 < (wait - now.tm_hour * 3600 - now.tm_min * 60 - now.tm_sec) % 86400 <= 201  # a third of the time
    assert node.ask("cancel", "alice", "7").returncode == 0  # counted apart
    (node.directory / "limits" / "submitsPerUser.alice").unlink()
    assert node.ask("submit", "alice", stdin=SCRIPT).returncode == 0  # the hub's fifth: the refused one counted too
    assert "This hub has asked" in node.ask("submit", "alice", stdin=SCRIPT).stderr
    assert stat.S_IMODE((node.directory / "limits" / "submits").stat().st_mode) == 0o600


def test_unknown_users_leave_nothing_behind(node: Node) -> None:
    for number in range(3):
        node.ask("account", f"ghost{number}")
    assert [path.name for path in (node.directory / "limits").iterdir()] == ["requests"]


def test_what_cannot_be_counted_is_not_done(node: Node) -> None:
    (node.directory / "limits" / "submits").write_text("full of nonsense")
    answer = node.ask("submit", "alice", stdin=SCRIPT)
    assert (answer.returncode, node.read("stdin")) == (69, "")
    assert "cannot be counted" in answer.stderr


def test_a_clock_that_was_put_back_locks_nobody_out_for_long(node: Node) -> None:
    (node.directory / "limits" / "requests").write_text(str(time.time() + 1e9))
    assert node.ask("queue").returncode == 75
    assert float((node.directory / "limits" / "requests").read_text()) <= time.time() + 600


def test_the_end_of_a_log(node: Node) -> None:
    log = node.home / ".jupyterhub/logs/server-7.log"
    log.write_text("first" + "x" * 8192 + "last\n")
    answer = node.ask("log", "alice", "7")
    assert (answer.returncode, answer.stdout[-5:]) == (0, "last\n")
    assert "first" not in answer.stdout
    assert len(answer.stdout) == 8192


@pytest.mark.parametrize("place", ["link", "link above", "pipe", "directory", "nothing"])
def test_what_is_no_log_is_not_read(node: Node, place: str) -> None:
    logs, secret = node.home / ".jupyterhub/logs", node.directory / "secret"
    log = logs / "server-7.log"
    secret.mkdir()
    (secret / "server-7.log").write_text("canary")
    if place == "link":
        log.symlink_to(secret / "server-7.log")
    elif place == "link above":
        logs.rmdir()
        logs.symlink_to(secret)
    elif place == "pipe":
        os.mkfifo(log)
    elif place == "directory":
        log.mkdir()
    answer = node.ask("log", "alice", "7")
    assert answer.returncode in (66, 77)
    assert answer.stdout == ""
    assert "server-7.log" in answer.stderr


def test_a_scheduler_that_does_not_answer_is_given_up(node: Node) -> None:
    node.settings["timeout"] = 1
    node.settings["commands"]["queue"] = ["/bin/sleep", "60"]
    node.write()
    answer = node.ask("queue")
    assert answer.returncode == 69
    assert "sleep timed out" in answer.stderr


def test_a_command_that_fails_keeps_its_words_and_its_status(node: Node) -> None:
    node.settings["commands"]["submit"] = ["/bin/sh", "-c", "echo sbatch: error: Invalid account >&2; exit 3"]
    node.write()
    answer = node.ask("submit", "alice", stdin=SCRIPT)
    assert (answer.returncode, answer.stderr) == (3, "sbatch: error: Invalid account\n")
    assert 'result="status 3"' in node.read("journal")


def test_settings_that_lack_something_are_told(node: Node) -> None:
    del node.settings["limits"]["submits"]
    node.settings["commands"]["queue"] = "squeue"
    node.write()
    answer = node.ask("queue")
    assert answer.returncode == 69
    assert "cluster.json lacks or misspells submits, queue" in answer.stderr


def test_root_is_no_hub(node: Node) -> None:
    assert node.ask("queue", me="toor").returncode == 77


MARK = "89f90000aaaabbbb"
HANDED = SCRIPT.replace("--job-name=jupyterhub", f"--job-name=jupyterhub-{MARK}")


@pytest.fixture
def telling(node: Node) -> Node:
    """A node whose scheduler shows everybody a job's environment."""
    node.settings["handOver"] = {
        "file": ".jupyterhub/handed-over/{mark}",
        "mark": "--job-name=jupyterhub-([0-9a-f]{16})",
    }
    node.settings["script"]["rules"] = [{"pattern": "--job-name=jupyterhub-[0-9a-f]{16}"}]
    node.write()
    return node


def test_an_environment_that_would_be_shown_is_handed_over_in_a_private_file(telling: Node) -> None:
    token = {"JUPYTERHUB_API_TOKEN": "canary", "JUPYTERHUB_USER": "a b\nc", "LD_PRELOAD": "/evil"}
    assert telling.ask("submit", "alice", stdin=HANDED, **token).returncode == 0
    assert "canary" not in telling.read("environment") + telling.read("stdin")
    place = telling.home / ".jupyterhub/handed-over"
    assert (place / MARK).read_bytes() == b"JUPYTERHUB_API_TOKEN=canary\0JUPYTERHUB_USER=a b\nc\0"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (place / MARK, place)] == [0o600, 0o700]
    assert telling.ask("submit", "alice", stdin=HANDED, **token).returncode == 69  # nobody's file is written again


def test_a_file_that_no_job_comes_for_is_removed(telling: Node) -> None:
    place = telling.home / ".jupyterhub/handed-over"
    place.mkdir(mode=0o777)
    for name, age in [("0" * 16, 3), ("1" * 16, 1), ("notes", 9)]:
        (place / name).touch()
        os.utime(place / name, (time.time() - age * 86400,) * 2)
    telling.settings["commands"]["submit"] = ["/bin/false"]
    telling.write()
    assert telling.ask("submit", "alice", stdin=HANDED, JUPYTERHUB_API_TOKEN="canary").returncode == 1
    assert sorted(path.name for path in place.iterdir()) == ["1" * 16, "notes"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


@pytest.mark.parametrize("place", ["link", "link above", "no directory"])
def test_nothing_is_handed_over_in_another_place(telling: Node, place: str) -> None:
    secret, handed = telling.directory / "secret", telling.home / ".jupyterhub/handed-over"
    secret.mkdir()
    if place == "link":
        handed.mkdir()
        (handed / MARK).symlink_to(secret / "token")
    elif place == "link above":
        handed.symlink_to(secret)
    else:
        handed.touch()
    answer = telling.ask("submit", "alice", stdin=HANDED, JUPYTERHUB_API_TOKEN="canary")
    assert (answer.returncode, telling.read("stdin"), list(secret.iterdir())) == (69, "", [])
    assert "handed-over" in answer.stderr


def test_only_a_server_of_this_hub_is_cancelled(node: Node) -> None:
    shown = node.directory / "shown"
    node.settings["ownJob"] = {"command": ["/bin/cat", str(shown)], "line": "job_name: +jupyterhub-[0-9a-f]{16}"}
    node.write()
    shown.write_text(f"job_number: 7\njob_name:      jupyterhub-{MARK}\n")
    assert node.ask("cancel", me="alice", stdin="7").stdout == "cancel --name=jupyterhub 7\n"
    shown.write_text(f"job_number: 7\njob_name:      thesis\ncontext: job_name: jupyterhub-{MARK}\n")
    answer = node.ask("cancel", "alice", "7")
    assert (answer.returncode, answer.stdout) == (77, "")
    assert "Job 7 is no server of this hub." in answer.stderr
    shown.unlink()
    assert node.ask("cancel", me="alice", stdin="7").returncode == 1  # the scheduler's own status and words


def test_what_became_of_a_job_is_asked_for_where_it_is_kept(node: Node) -> None:
    node.settings["commands"]["ended"] = ["/bin/echo", "ended", "{job}"]
    node.write()
    assert node.ask("job", "7").stdout == "job 7\n"
    node.settings["commands"]["job"] = ["/bin/false"]
    node.write()
    assert node.ask("job", "7").stdout == "ended 7\n"


def test_a_question_that_a_scheduler_has_no_answer_to(node: Node) -> None:
    node.settings["commands"]["privacy"] = []
    node.write()
    answer = node.ask("privacy")
    assert (answer.returncode, answer.stdout) == (0, "")
    node.settings["commands"]["queue"] = []
    node.write()
    assert "lacks or misspells queue" in node.ask("queue").stderr


def test_the_scheduler_may_be_left_the_choice(node: Node) -> None:
    node.settings["script"]["offers"] = [{"choice": "", "rules": [{"pattern": "--time=01:00:00"}]}, *OFFERS]
    node.write()
    free = SCRIPT.replace("#SBATCH --partition=short\n", "")
    assert node.ask("submit", "alice", stdin=free).returncode == 0
    answer = node.ask("submit", "alice", stdin=free.replace("01:00:00", "02:00:00"))
    assert "'--time=02:00:00' is not offered with nothing chosen" in answer.stderr
