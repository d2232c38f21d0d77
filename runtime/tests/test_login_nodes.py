import asyncio
import time
from dataclasses import replace

import pytest
from conftest import Cluster
from fake_cluster import until

from jupyterhub_hpc.errors import CommandFailed, Unanswered, Unreachable
from jupyterhub_hpc.login_node import SESSIONS
from jupyterhub_hpc.login_nodes import LoginNodes

PARTITIONS = ["partitions"]


def nodes_of(cluster: Cluster) -> LoginNodes:
    nodes: LoginNodes = LoginNodes.instance(config=cluster.config)
    return nodes


async def test_many_commands_share_one_connection(cluster: Cluster) -> None:
    nodes = nodes_of(cluster)
    await asyncio.gather(*(nodes.output(PARTITIONS, repeatable=True) for _ in range(8)))
    assert (cluster.login1.connections, cluster.login2.connections) == (1, 0)


async def test_arguments_arrive_as_they_were(cluster: Cluster) -> None:
    odd = ["partitions", "a b", "$(id)", "'; id #", "", "*"]
    await nodes_of(cluster).output(odd, repeatable=True)
    assert cluster.slurm.calls == [odd]


async def test_only_listed_names_cross(cluster: Cluster) -> None:
    await nodes_of(cluster).run(
        ["submit", "alice"],
        stdin="#SBATCH --comment=x\n",
        environment={"JUPYTERHUB_API_TOKEN": "secret", "LD_PRELOAD": "/evil.so", "PATH": "/evil"},
        repeatable=False,
    )
    assert cluster.slurm.jobs["1000"].environment == {"JUPYTERHUB_API_TOKEN": "secret"}


async def test_a_node_that_is_down_is_left_out(cluster: Cluster) -> None:
    await cluster.login1.stop()
    nodes = nodes_of(cluster)
    for _ in range(3):
        assert (await nodes.run(PARTITIONS, repeatable=True)).node == "login2"
    assert cluster.login2.connections == 1


async def test_a_node_that_goes_down_later(cluster: Cluster) -> None:
    nodes = nodes_of(cluster)
    assert (await nodes.run(PARTITIONS, repeatable=True)).node == "login1"
    await cluster.login1.stop()
    assert (await nodes.run(PARTITIONS, repeatable=True)).node == "login2"
    nodes.put_back = 0
    assert (await nodes.run(PARTITIONS, repeatable=True)).node == "login2"
    assert nodes._nodes[0].down
    await cluster.login1.start()
    await until(lambda: not nodes._nodes[0].down)
    assert (await nodes.run(PARTITIONS, repeatable=True)).node == "login1"


async def test_all_down_names_each_node_and_what_to_do(cluster: Cluster) -> None:
    await cluster.login1.stop()
    await cluster.login2.stop()
    with pytest.raises(Unreachable, match=r"login1 .*login2 .*Running servers are not affected") as caught:
        await nodes_of(cluster).run(PARTITIONS, repeatable=True)
    assert caught.value.jupyterhub_message


async def test_only_the_first_command_waits_for_nodes_that_do_not_answer(cluster: Cluster) -> None:
    """Nodes that are cut off refuse nothing: each attempt to connect takes its whole time."""
    nodes = nodes_of(cluster)
    silent = [await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) for _ in nodes._nodes]
    for node, server in zip(nodes._nodes, silent, strict=True):
        node.port, node._access = server.sockets[0].getsockname()[1], replace(node._access, connect_timeout=0.5)
    began = time.monotonic()
    errors = await asyncio.gather(*(nodes.run(PARTITIONS, repeatable=True) for _ in range(40)), return_exceptions=True)
    assert time.monotonic() - began < 2
    assert all(isinstance(error, Unreachable) and "login1" in str(error) for error in errors)
    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"login1 .*login2 "):
        await nodes.run(PARTITIONS, repeatable=True)
    assert time.monotonic() - began < 0.1


async def test_another_host_key_is_refused_before_anything_is_sent(cluster: Cluster) -> None:
    (cluster.directory / "known_hosts").write_text(cluster.login2.known_hosts_line())
    assert (await nodes_of(cluster).run(PARTITIONS, repeatable=True)).node == "login2"
    assert len(cluster.slurm.calls) == 1


async def test_a_submission_without_an_answer_is_not_repeated(cluster: Cluster) -> None:
    cluster.login1.drop = True
    with pytest.raises(Unanswered):
        await nodes_of(cluster).run(["submit", "alice"], stdin="#SBATCH --comment=x\n", repeatable=False)
    assert len(cluster.slurm.jobs) == 1


async def test_a_query_without_an_answer_goes_to_the_next_node(cluster: Cluster) -> None:
    cluster.login1.hang = asyncio.Event().wait()
    began = time.monotonic()
    result = await nodes_of(cluster).run(PARTITIONS, repeatable=True, timeout=0.3)
    assert result.node == "login2"
    assert time.monotonic() - began < 2


async def test_a_command_that_takes_too_long_ends_no_other(cluster: Cluster) -> None:
    nodes = nodes_of(cluster)
    answers: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    cluster.login1.hang = answers
    slow = asyncio.create_task(nodes.output(PARTITIONS, repeatable=True, timeout=5))
    await until(lambda: len(cluster.slurm.calls) == 1)
    with pytest.raises(Unanswered, match=r"login1 gave no answer to cancel \(within 0\.2 s\)"):
        await nodes.run(["cancel", "alice", "7"], repeatable=False, timeout=0.2)
    cluster.login1.hang = None
    await nodes.run(
        PARTITIONS, repeatable=False
    )  # no node is left out for it, and the next command has a fresh connection
    assert not slow.done()
    answers.set_result(None)
    assert await slow == cluster.slurm.partitions
    assert not nodes._nodes[0]._commands


async def test_a_connection_that_takes_no_more_commands_is_replaced_before_anything_is_sent(cluster: Cluster) -> None:
    nodes = nodes_of(cluster)
    await nodes.run(PARTITIONS, repeatable=True)
    cluster.login1.refuse = True
    assert (await nodes.run(PARTITIONS, repeatable=False)).node == "login2"
    cluster.login1.refuse = False
    assert (await nodes.run(PARTITIONS, repeatable=False)).node == "login1"
    assert cluster.login1.connections == 2


async def test_a_failed_command_keeps_its_words(cluster: Cluster) -> None:
    cluster.slurm.broken = "slurm_load_jobs error: Unable to contact slurm controller"
    with pytest.raises(CommandFailed, match=r"On login1, queue: slurm_load_jobs error: Unable to contact"):
        await nodes_of(cluster).output(["queue"], repeatable=True)


UNABLE = (69, "", "jupyterhub-hpc: The program in /usr/local/lib does not work: no such file.")
SLOW = (69, "", "jupyterhub-hpc: sbatch timed out: no answer within 20 s.")


async def test_a_node_whose_program_does_not_work_is_left_for_the_next(cluster: Cluster) -> None:
    cluster.login1.says = UNABLE
    nodes = nodes_of(cluster)
    submitted = await nodes.run(["submit", "alice"], stdin="#SBATCH --comment=x\n", repeatable=False)
    assert (submitted.node, len(cluster.slurm.jobs)) == ("login2", 1)
    cluster.login1.says = None
    assert (await nodes.run(PARTITIONS, repeatable=False)).node == "login2"  # for some time


async def test_what_all_nodes_say_is_the_answer(cluster: Cluster) -> None:
    cluster.login1.says = cluster.login2.says = UNABLE
    with pytest.raises(CommandFailed, match=r"login1: The program in \S+ does not work"):
        await nodes_of(cluster).output(PARTITIONS, repeatable=True)


async def test_a_submission_that_timed_out_on_a_node_is_not_repeated(cluster: Cluster) -> None:
    cluster.login1.says = SLOW
    result = await nodes_of(cluster).run(["submit", "alice"], stdin="#SBATCH --comment=x\n", repeatable=False)
    assert (result.node, result.exit_status) == ("login1", 69)
    assert (await nodes_of(cluster).run(PARTITIONS, repeatable=True)).node == "login2"


async def test_what_is_refused_is_not_asked_of_another_node(cluster: Cluster) -> None:
    cluster.login1.says = (77, "", "jupyterhub-hpc: carol is not a member of the group hpcusers.")
    assert (await nodes_of(cluster).run(["account", "carol"], repeatable=True)).node == "login1"


async def test_many_commands_at_once_stay_below_what_sshd_allows(cluster: Cluster) -> None:
    nodes = nodes_of(cluster)
    answers: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    cluster.login1.hang = answers
    running = asyncio.gather(*(nodes.output(PARTITIONS, repeatable=True) for _ in range(40)))
    await until(lambda: len(cluster.slurm.calls) == SESSIONS)
    await asyncio.sleep(0.1)
    answers.set_result(None)
    await running
    assert len(cluster.slurm.calls) == 40
    assert cluster.login1.most_at_once == SESSIONS
    assert (cluster.login1.connections, cluster.login2.connections) == (1, 0)


async def test_a_late_failure_of_an_old_connection_leaves_the_new_one(cluster: Cluster) -> None:
    nodes = nodes_of(cluster)
    await nodes.run(PARTITIONS, repeatable=True)
    (node, _) = nodes._nodes
    old = node._connection
    assert old
    node.disconnect()
    await nodes.run(PARTITIONS, repeatable=True)
    node._retire(old)
    await nodes.run(PARTITIONS, repeatable=True)
    assert (cluster.login1.connections, cluster.login2.connections) == (2, 0)


async def test_a_command_given_up_closes_its_channel(cluster: Cluster) -> None:
    nodes = nodes_of(cluster)
    await nodes.run(PARTITIONS, repeatable=True)
    cluster.login1.hang = asyncio.Event().wait()
    running = asyncio.create_task(nodes.run(PARTITIONS, repeatable=True))
    await until(lambda: len(cluster.slurm.calls) == 2)
    running.cancel()
    connection = nodes._nodes[0]._connection
    assert connection
    await until(lambda: not connection._channels)
    assert not connection.is_closed()


async def test_a_key_that_is_none_is_told(cluster: Cluster) -> None:
    (cluster.directory / "id_ed25519").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\n")
    with pytest.raises(Unreachable, match="login1"):
        await nodes_of(cluster).run(PARTITIONS, repeatable=True)
