"""What the login nodes' program makes of a scheduler: its answers, its failures, and the jobs it may cancel."""

from gate_node import MARK, SCRIPT, Node


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
