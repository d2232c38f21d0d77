"""The login nodes' program, both its faces: what may be asked, by whom, and in whose name."""

import json

import pytest
from gate_node import SCRIPT, Node


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


def test_the_users_face_does_three_things(node: Node) -> None:
    assert node.ask("cancel", me="alice", stdin="7").stdout == "cancel --name=jupyterhub 7\n"
    for words, stdin in [(["queue"], ""), (["submit", "bob"], SCRIPT), (["cancel"], "7 8"), (["cancel"], ""), ([], "")]:
        assert node.ask(*words, me="alice", stdin=stdin).returncode == 64
    for me in ("carol", "service", "toor"):
        assert node.ask("submit", me=me, stdin=SCRIPT).returncode == 77


def test_settings_that_lack_something_are_told(node: Node) -> None:
    del node.settings["limits"]["submits"]
    node.settings["commands"]["queue"] = "squeue"
    node.write()
    answer = node.ask("queue")
    assert answer.returncode == 69
    assert "cluster.json lacks or misspells submits, queue" in answer.stderr


def test_root_is_no_hub(node: Node) -> None:
    assert node.ask("queue", me="toor").returncode == 77
