"""A hub's database with servers that run."""

from cluster import host_of, mark_of, name_of, user_of
from jupyterhub import orm


def populate(url: str, servers: int, port: int) -> None:
    """Write users with one running server each, as the hub left them.

    Args:
        url: of a database that is not there yet
        servers: how many
        port: where all of them answer, each at an address of its own
    """
    session = orm.new_session_factory(url)()
    for number in range(servers):
        name = user_of(number)
        user = orm.User(name=name)
        server = orm.Server(proto="https", ip=name_of(number), port=port, base_url=f"/user/{name}/")
        state = {
            "job_id": str(1000 + number),
            "job_status": f"RUNNING {host_of(number)}",
            "spawn_id": mark_of(number),
            "token_digest": f"{number:064x}",
            "port": port,
        }
        session.add_all([user, server, orm.Spawner(name="", user=user, server=server, state=state)])
    session.commit()
    session.close()
