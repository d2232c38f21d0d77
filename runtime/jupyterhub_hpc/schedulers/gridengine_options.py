"""What a user may ask Grid Engine for: what the configuration offers, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import OptionRefused
from ..options import JobOptions, count, environment, known_names, memory, modules, run_time, start_page, text

# Names of choices that leave it to Grid Engine: they are written into no job script.
UNSPECIFIED = ("any", "default")
_USED = ("queue", "cores", "runtime", "memory", "gpus", "project", "environment_id", "default_url")


@dataclass(frozen=True)
class GridEngineOptions(JobOptions):
    """Options fit for a job script of Grid Engine; what is empty or 0 is not asked for."""

    queue: str
    runtime: str  # HH:MM:SS
    cores: int
    memory: str  # as Grid Engine writes it
    gpus: int
    project: str
    resources: Mapping[str, str]  # by their names in the configuration; all of them


def validate_options(raw: Any, offer: Mapping[str, Any]) -> GridEngineOptions:
    """Check options from anywhere against what is offered.

    Args:
        raw: from the form, the REST API or the database
        offer: the spawner's `offer`

    Raises:
        OptionRefused: naming the option, the value and what is offered
    """
    resources = offer["resources"]
    known_names(raw, (*_USED, *resources))
    name = _named(raw, "queue", offer["queues"])
    queue, where = offer["queues"][name], f"queue {name}"
    asked = text(raw, "memory")
    if asked and not offer["memory"]:
        raise OptionRefused("Memory cannot be asked for here.")
    chosen = environment(text(raw, "environment_id"), offer["environments"])
    return GridEngineOptions(
        queue=_written(name),
        runtime=run_time(text(raw, "runtime") or offer["default_runtime"], queue["max_runtime"], where),
        cores=count(raw, "cores", 1, queue["max_cores"], where),
        memory=memory(asked, queue["max_memory_mb"]),
        gpus=count(raw, "gpus", 0, queue["max_gpus"], where),
        project=_written(_named(raw, "project", offer["projects"])) if offer["projects"] else _no_project(raw),
        resources={one: _resource(raw, one, resources[one]) for one in resources},
        environment_path=chosen["path"],
        modules=modules(chosen["modules"]),
        prologue="",
        default_url=start_page(text(raw, "default_url")),
    )


def _named(raw: Mapping[str, Any], key: str, offered: Mapping[str, Any]) -> str:
    name = text(raw, key) or next(iter(offered))
    if name not in offered:
        raise OptionRefused(f"{key.capitalize()} {name[:40]!r} is not offered; there are {', '.join(offered)}.")
    return name


def _no_project(raw: Mapping[str, Any]) -> str:
    if text(raw, "project"):
        raise OptionRefused("A project cannot be named here.")
    return ""


def _resource(raw: Mapping[str, Any], name: str, resource: Mapping[str, Any]) -> str:
    if resource["choices"]:
        return _written(_named(raw, name, dict(resource["choices"])))
    number = count(raw, name, 0, resource["most"], "this cluster")
    return str(number) if number else ""


def _written(name: str) -> str:
    return "" if name in UNSPECIFIED else name
