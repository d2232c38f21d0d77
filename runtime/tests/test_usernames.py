import pytest

from jupyterhub_hpc.usernames import UsernameRefused, check_username


@pytest.mark.parametrize("name", ["alice", "vsc10001", "a", "a-b_c"])
def test_cluster_users(name: str) -> None:
    assert check_username(name) == name


@pytest.mark.parametrize(
    "name",
    ["a;id", "Alice", "ALICE", "root", "slurm", "jupyterhub", "alice\n", "alice ", "", "-u", "../x", "a" * 33]
    + ["alice@x", "älice", "$(id)", "a b", "1alice", None, 7, ["alice"], "nobody"],
)
def test_everything_else_is_refused_and_never_changed_to_fit(name: object) -> None:
    with pytest.raises(UsernameRefused):
        check_username(name)
