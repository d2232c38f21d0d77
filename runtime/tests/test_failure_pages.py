"""A real hub's pages after a failure: what they say to the server's owner and to others, and that text stays text."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import requests
from conftest import Cluster
from fake_cluster import FakeJob, until
from test_hub import RunningHub

HOSTILE = "sbatch: error: <script>alert(1)</script>\nsbatch: error: Batch job submission failed: Invalid account"
LOG_IN = """
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.Authenticator.username_pattern = ".*"
c.JupyterHub.load_roles = [
    {"name": "test-admin", "services": ["admin"], "scopes": ["admin:users", "admin:servers", "tokens"]},
    {"name": "operators", "users": ["olga"], "scopes": ["admin-ui", "list:users", "read:users", "read:servers"]},
]
c.Spawner.start_timeout = 60
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 10}
"""


class Person:
    """Somebody with a browser, as far as cookies go."""

    def __init__(self, hub: RunningHub, name: str) -> None:
        self.url = hub.url.removesuffix("/api")
        self.name = name
        self.session = requests.Session()

    async def _do(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("headers", {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"})
        return await asyncio.to_thread(self.session.request, method, self.url + path, timeout=30, **kwargs)

    def _xsrf(self) -> str:
        return next(cookie.value or "" for cookie in self.session.cookies if cookie.name == "_xsrf")

    async def log_in(self) -> None:
        await self._do("GET", "/login")
        answer = await self._do("POST", f"/login?_xsrf={self._xsrf()}", data={"username": self.name, "password": "x"})
        assert answer.ok, answer.text

    async def page(self, path: str) -> requests.Response:
        return await self._do("GET", path)

    async def start(self, **options: str) -> requests.Response:
        await self._do("GET", "/home")
        return await self._do(
            "POST", f"/spawn/{self.name}?_xsrf={self._xsrf()}", data={"partition": "short", **options}
        )

    async def failure(self) -> requests.Response:
        """The page of a start that fails, once it has."""
        async with asyncio.timeout(20):
            while "did not start" not in (page := await self.page(f"/spawn-pending/{self.name}")).text:
                await asyncio.sleep(0.2)
        return page

    async def job(self) -> requests.Response:
        return await self._do("GET", f"/api/user/job?_xsrf={self._xsrf()}")


@pytest.fixture
async def hub(cluster: Cluster) -> AsyncIterator[RunningHub]:
    hub = RunningHub(cluster)
    hub.config.write_text(hub.config.read_text() + LOG_IN)
    await hub.start()
    yield hub
    await hub.kill()


@pytest.fixture
async def alice(hub: RunningHub) -> Person:
    person = Person(hub, "alice")
    await person.log_in()
    return person


def die(_: str, job: FakeJob) -> None:
    job.state, job.host, job.exit_code = "FAILED", "node1", 84


async def test_a_refusal_is_on_the_page_as_text_with_its_next_step(hub: RunningHub, alice: Person) -> None:
    hub.cluster.slurm.refuse = HOSTILE
    await alice.start(nprocs="2")
    page = await alice.failure()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>alert(1)" not in page.text
    assert "Invalid account" in page.text
    assert "sacctmgr show associations" in page.text
    assert re.search(r'name="nprocs" value="2"', page.text)  # to start again at once with the same choices

    home = await alice.page("/home")
    assert 'id="ending-next"' in home.text
    assert "<script>alert(1)" not in home.text
    # The REST API says it too, and the hub's log, on one line.
    answer = await hub.as_admin("POST", "/users/alice/server", json={"partition": "short"})
    assert (answer.status_code, "Invalid account" in answer.json()["message"]) == (503, True)
    lines = [line for line in (hub.cluster.directory / "hub.log").read_text().splitlines() if "Invalid account" in line]
    assert lines
    assert all("alert(1)" in line for line in lines)


async def test_a_job_that_ended_is_explained_to_its_owner_and_its_log_to_nobody_else(
    hub: RunningHub, alice: Person
) -> None:
    hub.cluster.slurm.on_submit = die
    hub.cluster.slurm.logs["alice", "1000"] = "\x1b[31mcanary in the log\x1b[0m\n"
    await alice.start()
    page = await alice.failure()
    assert "canary" not in page.text  # the page's script asks for it, as its reader
    assert "environment is missing" in page.text
    assert 'id="job-log"' in page.text
    assert "did not start" in (await alice.page("/home")).text

    olga = Person(hub, "olga")
    await olga.log_in()
    assert (await olga.page("/spawn-pending/alice")).status_code in (403, 404)
    assert (await olga.job()).json() == {"ending": None, "log": {"job_id": "", "text": "", "problem": ""}}
    answer = await alice.job()
    assert answer.json()["log"] == {"job_id": "1000", "text": "canary in the log", "problem": ""}
    assert answer.headers["Cache-Control"] == "no-store"
    assert (await alice.job()).json()["ending"]["job_id"] == "1000"
    assert [call for call in hub.cluster.slurm.calls if call[0] == "log"] == [["log", "alice", "1000"]]  # read once
    assert "canary" not in (hub.cluster.directory / "hub.log").read_text()
    assert "Job 1000 ended on node1" in (hub.cluster.directory / "hub.log").read_text()


async def test_a_server_that_is_not_running_says_why_and_offers_a_start(hub: RunningHub, alice: Person) -> None:
    hub.cluster.slurm.on_submit = die
    await alice.start()
    await until(lambda: "Job 1000 ended" in (hub.cluster.directory / "hub.log").read_text())
    await hub.kill()
    await hub.start()
    await alice.log_in()
    page = await alice.page("/user/alice/lab")
    assert page.status_code == 424
    assert "environment is missing" in page.text
    assert 'id="start-again"' in page.text
    assert "next=" in page.text  # to where the user wanted to go


async def test_who_is_nobodys_owner_is_told_of_no_job(hub: RunningHub, alice: Person) -> None:
    assert (await hub.request("GET", "/user/job")).status_code == 403
    assert (await hub.as_admin("GET", "/user/job")).status_code == 403  # a service has no server
    # Another site's page may send the browser there, with its cookies and without the token of this page.
    answer = await alice._do("GET", "/api/user/job", headers={"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    # Nor does the page that the proxy shows to whoever asks for a server that does not answer: it asks as its reader.
    page = await asyncio.to_thread(requests.get, hub.url.removesuffix("/api") + "/error/503", timeout=20)
    assert "does not answer" in page.text
    assert "/hub/home" in page.text


async def test_events_while_waiting_hold_the_jobs_facts(hub: RunningHub, alice: Person) -> None:
    await alice.start()
    await until(lambda: hub.cluster.slurm.jobs)

    def events() -> dict[str, Any]:
        url = f"{alice.url}/api/users/alice/server/progress?_xsrf={alice._xsrf()}"
        with alice.session.get(url, stream=True, timeout=20) as stream:
            for line in stream.iter_lines():
                event = json.loads(line[6:]) if line.startswith(b"data:") else {}
                if event.get("job", {}).get("state"):
                    found: dict[str, Any] = event
                    return found
        raise AssertionError("the events ended")

    event = await asyncio.to_thread(events)
    assert event["job"]["reason"] == "Resources"
    assert "nodes to become free" in event["message"]


async def test_the_form_says_what_is_down_when_there_is_nothing_to_choose_from(hub: RunningHub, alice: Person) -> None:
    hub.cluster.slurm.broken = "slurm_load_jobs error: Unable to contact slurm controller"
    page = await alice.page("/spawn")
    assert page.status_code == 503
    assert "Slurm cannot be asked" in page.text
    assert "Unable to contact slurm controller" in page.text
    assert "Running servers are not affected" in page.text
    assert "Your server does not answer" not in page.text
