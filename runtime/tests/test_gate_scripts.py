"""What a job script may ask for, checked on the login node."""

import pytest
from gate_node import OFFERS, SCRIPT, Node

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


def test_the_scheduler_may_be_left_the_choice(node: Node) -> None:
    node.settings["script"]["offers"] = [{"choice": "", "rules": [{"pattern": "--time=01:00:00"}]}, *OFFERS]
    node.write()
    free = SCRIPT.replace("#SBATCH --partition=short\n", "")
    assert node.ask("submit", "alice", stdin=free).returncode == 0
    answer = node.ask("submit", "alice", stdin=free.replace("01:00:00", "02:00:00"))
    assert "'--time=02:00:00' is not offered with nothing chosen" in answer.stderr
