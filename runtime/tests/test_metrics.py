"""Metrics of a real hub on loopback: who may read them, what moves them; dashboard and alerts ask for what there is."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from conftest import Cluster
from fake_cluster import FakeJob, until
from jupyterhub import metrics as genuine
from prometheus_client import REGISTRY, parser
from test_hub import RunningHub

from jupyterhub_hpc import errors, metrics, metrics_api

TOKEN = "t" * 32
SETTINGS = """
jupyterhub_hpc.set_metrics(
    c, token_file="{directory}/token", networks=["127.0.0.1/32", "fd00::/8"], proxy_url="http://127.0.0.1:{port}/"
)
"""
DOCS = Path(__file__).parents[2] / "docs" / "metrics"


class Scraped(RunningHub):
    """A hub with metrics on."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(cluster)
        self.set_token(TOKEN)
        settings = SETTINGS.format(directory=cluster.directory, port=cluster.login1.port)
        self.config.write_text(self.config.read_text() + settings)

    def set_token(self, token: str) -> None:
        (self.cluster.directory / "token").write_text(f"{token}\n")

    async def scrape(self, token: str = TOKEN) -> requests.Response:
        """Read the metrics."""
        return await self.request("GET", "/metrics", token)

    async def series(self) -> dict[str, float]:
        """Every sample by its name and labels."""
        answer = await self.scrape()
        assert answer.status_code == 200, answer.text
        families = parser.text_string_to_metric_families(answer.text)
        return {
            sample.name + "".join(f" {key}={value}" for key, value in sorted(sample.labels.items())): sample.value
            for family in families
            for sample in family.samples
        }

    async def until(self, condition: Callable[[dict[str, float]], bool]) -> dict[str, float]:
        """Wait for the series to be so."""
        async with asyncio.timeout(20):
            while not condition(series := await self.series()):
                await asyncio.sleep(0.1)
        return series


@pytest.fixture
async def hub(cluster: Cluster) -> AsyncIterator[Scraped]:
    hub = Scraped(cluster)
    await hub.start()
    yield hub
    await hub.kill()


async def test_the_scrapers_token_reads_metrics_and_nothing_else(hub: Scraped) -> None:
    assert (await hub.scrape("")).status_code == 403
    assert (await hub.scrape("x" * 32)).status_code == 403
    assert (await hub.scrape("admin-token-of-the-test")).status_code == 403
    assert (await hub.scrape()).status_code == 200
    await hub.as_admin("POST", "/users/alice")
    for method, path in (
        ("GET", "/users"),
        ("GET", "/users/alice"),
        ("POST", "/users/alice/server"),
        ("DELETE", "/users/alice/server"),
        ("POST", "/users/alice/tokens"),
        ("POST", "/users/mallory"),
        ("GET", "/proxy"),
        ("GET", "/groups"),
        ("GET", "/services"),
        ("POST", "/shutdown"),
        ("POST", "/batchspawner"),
    ):
        response = await hub.request(method, path, TOKEN, json={})
        assert response.status_code in (403, 404) or response.json() == {}, (method, path, response.text)


async def test_another_token_ends_the_old_one(hub: Scraped) -> None:
    await hub.kill()
    hub.set_token("n" * 32)
    await hub.start()
    assert (await hub.scrape("n" * 32)).status_code == 200
    assert (await hub.scrape(TOKEN)).status_code == 403


async def test_other_networks_are_refused_whatever_they_bear(hub: Scraped) -> None:
    def status(forwarded_for: str) -> int:
        headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": forwarded_for}
        return requests.get(f"{hub.url}/metrics", headers=headers, timeout=20).status_code

    assert await asyncio.to_thread(status, "127.0.0.1") == 200
    assert await asyncio.to_thread(status, "fd00::7") == 200
    assert await asyncio.to_thread(status, "192.0.2.1") == 403
    assert await asyncio.to_thread(status, "127.0.0.1, 192.0.2.1") == 403  # the proxy adds who it saw at the end


async def test_series_move_with_what_happens(hub: Scraped) -> None:
    before = await hub.series()
    assert before["jupyterhub_hpc_login_node_up node=login1"] == before["jupyterhub_hpc_login_node_up node=login2"] == 1
    assert before["jupyterhub_hpc_jobs state=running"] == 0

    hub.cluster.slurm.on_submit = run_nowhere
    await hub.starting("alice")
    await until(lambda: hub.cluster.slurm.count("queue") > 1)
    after = await hub.series()
    assert after["jupyterhub_hpc_jobs state=running"] == 1
    assert after["jupyterhub_hpc_command_seconds_count operation=submit"] == 1
    assert after["jupyterhub_hpc_spawn_stage_seconds_count stage=submit"] == 1
    looks = "jupyterhub_hpc_queue_looks_total outcome=answered"
    assert after[looks] > before[looks]
    answered = "jupyterhub_hpc_queue_answered_timestamp_seconds"
    assert after[answered] > before[answered]

    (job,) = hub.cluster.slurm.jobs.values()
    job.state, job.exit_code = "FAILED", 84
    ended = "jupyterhub_hpc_spawn_duration_seconds_count outcome=job ended"
    series = await hub.until(lambda series: series[ended] > 0)
    assert series["jupyterhub_hpc_spawn_duration_seconds_count outcome=started"] == 0

    await hub.cluster.login1.stop()
    hub.cluster.slurm.broken = "slurm_load_jobs error: Unable to contact slurm controller"
    series = await hub.until(lambda series: not series["jupyterhub_hpc_login_node_up node=login1"])
    assert series["jupyterhub_hpc_login_node_up node=login2"] == 1
    failed = "jupyterhub_hpc_queue_looks_total outcome=failed"
    series = await hub.until(lambda series: series[failed] > 0)
    assert (await hub.until(lambda later: later[failed] > series[failed]))[answered] == series[answered]


def run_nowhere(_: str, job: FakeJob) -> None:
    """The job runs and never tells its port."""
    job.state, job.host = "RUNNING", "127.0.0.1"


async def test_a_proxy_without_metrics_is_named(hub: Scraped) -> None:
    hub.url = hub.url.removesuffix("/api")
    answer = await hub.request("GET", "/metrics/proxy", TOKEN)
    assert answer.status_code == 502, answer.text
    assert "metrics cannot be had" in answer.text


def test_the_address_of_a_client_is_read_as_one() -> None:
    networks = [metrics_api.ip_network("10.0.0.0/8")]
    assert metrics_api.allowed("10.1.2.3", networks)
    assert metrics_api.allowed("::ffff:10.1.2.3", networks)
    assert not metrics_api.allowed("fd00::1", networks)
    assert not metrics_api.allowed("fe80::1%eth0", networks)


@pytest.mark.parametrize(
    ("peer", "claimed", "who"),
    [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("::1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.5", "192.0.2.7", "10.0.0.5"),
        ("::ffff:10.0.0.5", "192.0.2.7", "::ffff:10.0.0.5"),
    ],
)
def test_only_the_proxy_is_believed_who_asks(peer: str, claimed: str, who: str) -> None:
    connection = SimpleNamespace(context=SimpleNamespace(address=(peer, 40000)))
    handler = SimpleNamespace(request=SimpleNamespace(connection=connection, remote_ip=claimed))
    assert metrics_api.FromNetworks.client_address(handler) == who


def test_every_cause_of_a_failed_start_has_its_series() -> None:
    classes = [errors.ClusterError]
    for known in classes:
        classes += known.__subclasses__()
    assert {error.cause for error in classes} <= set(metrics.OUTCOMES)


def names_there_are() -> set[str]:
    """Names of samples, as Prometheus knows them."""
    assert genuine.RUNNING_SERVERS
    endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
    return {family.name + ending for family in REGISTRY.collect() for ending in endings.get(family.type, [""])} | {"up"}


def names_in(query: str) -> set[str]:
    """Names of series in a PromQL query: words that are neither functions, keywords, labels nor durations."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(by|without|on|ignoring|group_left)\s*\([^)]*\)', " ", query)
    words = re.findall(r"(?<![0-9a-zA-Z_:.])[a-zA-Z_:][a-zA-Z0-9_:]*\b(?!\s*\()", bare)
    return set(words) - {"and", "or", "unless", "bool", "offset"}


def queries_of_the_dashboard() -> list[str]:
    dashboard = json.loads((DOCS / "grafana-dashboard.json").read_text())
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]


def queries_of_the_alerts() -> list[str]:
    return re.findall(r"^ +expr: (.+)$", (DOCS / "alerts.yaml").read_text(), re.MULTILINE)


@pytest.mark.skipif(sys.platform != "linux", reason="a process's series are Linux's")
@pytest.mark.parametrize("queries", [queries_of_the_dashboard, queries_of_the_alerts])
def test_every_query_asks_for_series_that_exist(queries: object) -> None:
    assert callable(queries)
    asked = queries()
    assert len(asked) > 5
    for query in asked:
        assert names_in(query), query
        assert names_in(query) <= names_there_are(), query


def test_names_are_found_in_queries() -> None:
    query = 'sum by (stage) (rate(a_sum{stage!="x"}[5m])) / on (instance) b_total > 0.5 and time() - c > 300'
    assert names_in(query) == {"a_sum", "b_total", "c"}
