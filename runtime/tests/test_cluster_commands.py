import pytest
from conftest import Cluster
from fake_cluster import FakeJob

from jupyterhub_hpc.accounts import Accounts
from jupyterhub_hpc.cluster_commands import ClusterCommands
from jupyterhub_hpc.errors import ClusterError, CommandFailed


def commands(cluster: Cluster) -> ClusterCommands:
    return ClusterCommands(config=cluster.config)


@pytest.mark.parametrize("job_id", ["", "-u root", "12 13", "1;id", "--all", "1\n2", "a" * 65])
async def test_what_is_no_job_id_is_not_sent(cluster: Cluster, job_id: str) -> None:
    for ask in (commands(cluster).job(job_id), commands(cluster).cancel("alice", job_id)):
        with pytest.raises(ValueError):
            await ask
    assert cluster.slurm.calls == []


async def test_requests_are_an_operation_a_name_and_a_number(cluster: Cluster) -> None:
    asked = commands(cluster)
    cluster.slurm.jobs["7"] = FakeJob("alice", "#SBATCH --comment=x\n", {})
    await asked.queue()
    await asked.find("alice")
    await asked.job("7")
    await asked.cancel("alice", "7")
    await asked.partitions()
    assert cluster.slurm.calls == [["queue"], ["find", "alice"], ["job", "7"], ["cancel", "alice", "7"], ["partitions"]]


async def test_the_end_of_a_log(cluster: Cluster) -> None:
    cluster.slurm.logs["alice", "7"] = "<b>out of memory</b>\n"
    assert await commands(cluster).log("alice", "7") == "<b>out of memory</b>\n"


async def test_an_account_is_looked_up_where_no_rule_gives_it(cluster: Cluster) -> None:
    accounts = Accounts(config=cluster.config, home="")
    assert (await accounts.lookup("alice")).home == "/home/alice"
    with pytest.raises(CommandFailed, match=r"^login1: ghost has no account here\.$"):
        await accounts.lookup("ghost")
    accounts.minimum_uid = 3000
    with pytest.raises(ClusterError, match="no account of a person"):
        await accounts.lookup("alice")
