"""The hub's own host as a login node: real processes of a program made up here."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_cluster import until
from traitlets.config import Config

from jupyterhub_hpc.errors import CommandFailed, Unanswered, Unreachable
from jupyterhub_hpc.local_node import LocalNode
from jupyterhub_hpc.login_nodes import LoginNodes

ECHO = """
import json, os, sys
environment = {name: value for name, value in os.environ.items() if name != "LC_CTYPE"}  # Python's own
print(json.dumps([sys.argv[1:], sys.stdin.read(), environment, os.getcwd()]))
"""
Make = Callable[[str], LocalNode]


@pytest.fixture
def node(tmp_path: Path) -> Make:
    def make(source: str) -> LocalNode:
        program = tmp_path / "cluster"
        program.write_text(f"#!{sys.executable} -I\n{source}")
        program.chmod(0o755)
        return LocalNode("hub", str(program), logging.getLogger("test"))

    return make


async def test_arguments_input_and_environment_arrive_and_nothing_else(
    node: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFIGPROXY_AUTH_TOKEN", "canary")
    odd = ["submit", "a b", "$(id)", "'; id #", "", "*"]
    result = await node(ECHO).run(odd, stdin="script\n", environment={"JUPYTERHUB_USER": "alice"}, timeout=20)
    assert (result.node, result.exit_status, result.stderr) == ("hub", 0, "")
    assert json.loads(result.stdout) == [odd, "script\n", {"JUPYTERHUB_USER": "alice"}, "/"]


async def test_what_it_says_and_its_status_come_back(node: Make) -> None:
    refusing = node("import sys; sys.stderr.write('jupyterhub-hpc: no\\n'); sys.exit(77)")
    result = await refusing.run(["queue"], stdin="x" * 1_000_000, environment={}, timeout=20)
    assert (result.exit_status, result.stdout, result.stderr) == (77, "", "jupyterhub-hpc: no\n")


async def test_no_program_means_that_nothing_was_done(tmp_path: Path) -> None:
    node = LocalNode("hub", str(tmp_path / "cluster"), logging.getLogger("test"))
    assert not await node.check()
    with pytest.raises(Unreachable, match=r"hub cannot start .*cluster .*Next: pulumi preview"):
        await node.run(["queue"], stdin="", environment={}, timeout=20)
    assert node.down


async def test_an_answer_that_takes_too_long_is_none_and_the_program_is_ended(node: Make, tmp_path: Path) -> None:
    slow = node(f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    with pytest.raises(Unanswered, match=r"hub gave no answer to submit \(within 2 s\)"):
        await slow.run(["submit", "alice"], stdin="", environment={}, timeout=2)
    pid = int((tmp_path / "pid").read_text())
    await until(lambda: not Path(f"/proc/{pid}").exists())


async def test_who_no_longer_waits_leaves_no_program_behind(node: Make, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    slow = node(f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    task = asyncio.create_task(slow.run(["queue"], stdin="", environment={}, timeout=60))
    await until(lambda: pid.exists() and pid.read_text())
    task.cancel()
    await until(lambda: not Path(f"/proc/{pid.read_text()}").exists())


async def test_among_the_login_nodes_it_has_the_same_rules(node: Make) -> None:
    program = node("import sys; print(sys.argv[1:]); sys.exit(len(sys.argv) > 2)")._program
    config = Config({"LoginNodes": {"nodes": [{"name": "hub", "program": program}]}})
    LoginNodes.clear_instance()
    nodes: LoginNodes = LoginNodes.instance(config=config)
    assert await nodes.check(5) == {"hub": True}
    assert await nodes.output(["queue"], repeatable=True) == "['queue']\n"
    with pytest.raises(CommandFailed, match="On hub, find: exit status 1"):
        await nodes.output(["find", "alice"], repeatable=True)
    await asyncio.to_thread(Path(program).unlink)
    with pytest.raises(Unreachable, match=r"No login node of the cluster can be used: hub cannot start"):
        await nodes.output(["queue"], repeatable=True)
    LoginNodes.clear_instance()
