"""What a user asks for, against what is offered.

The form is one way in; the REST API and the query string are others and pass through no form. So what `start()` gets
is checked here, whatever it is, and only what comes out of here gets into a job script.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import OptionRefused

_WORD = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
_MODULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+/-]{0,127}")
_RUNTIME = re.compile(r"(?:([0-9]{1,3})-)?([0-9]{1,3})(?::([0-5]?[0-9]))?(?::([0-5]?[0-9]))?")
_MEMORY = re.compile(r"([0-9]{1,7})([MG]?)")

# What the form may send beside what is used: decided by the environment or the hub, and taken from there.
_IGNORED = {"environment_path", "environment_modules", "output", "gres", "prologue", "mem", "jupyterlab_simple"}
_IGNORED |= {"partition_simple", "nprocs_simple", "ngpus_simple", "runtime_simple", "environment_simple"}
_USED = {"partition", "runtime", "nprocs", "memory", "ngpus", "reservation", "options", "environment_id"}
_USED |= {"default_url", "root_dir"}


@dataclass(frozen=True)
class JobOptions:
    """Options fit for a job script."""

    partition: str
    runtime: str  # HH:MM:SS
    nprocs: int
    memory: str  # as Slurm writes it, or empty
    gres: str
    reservation: str
    environment_path: str
    modules: tuple[str, ...]
    prologue: str
    default_url: str


def validate_options(
    raw: Mapping[str, Any],
    partitions: Mapping[str, Mapping[str, Any]],
    max_memory_mb: Mapping[str, int],
    *,
    allow_reservation: bool,
) -> JobOptions:
    """Check options from anywhere against the configured partitions.

    Args:
        raw: from the form, the REST API or the database
        partitions: the spawner's `partitions`
        max_memory_mb: most memory by partition; a partition that is not named is left to Slurm
        allow_reservation: a reservation may be named

    Raises:
        OptionRefused: naming the option, the value and what is offered
    """
    if not isinstance(raw, Mapping):
        raise OptionRefused("The options must be an object with named values.")
    for key in raw:
        if key not in _USED | _IGNORED:
            raise OptionRefused(f"There is no option {str(key)[:40]!r}.")
    partition = _text(raw, "partition") or _default_partition(partitions)
    if partition not in partitions:
        raise OptionRefused(f"Partition {partition[:40]!r} is not offered; there are {', '.join(partitions)}.")
    offer = partitions[partition]
    if _text(raw, "options"):
        raise OptionRefused("Further scheduler options are not offered.")
    if _text(raw, "root_dir"):
        raise OptionRefused("Another directory than your home directory is not offered.")
    reservation = _text(raw, "reservation")
    if reservation and not (allow_reservation and re.fullmatch(_WORD, reservation)):
        raise OptionRefused(f"Reservation {reservation[:40]!r} cannot be used here.")
    gpus = _count(raw, "ngpus", 0, offer.get("max_ngpus") or 0, partition)
    if gpus and not offer.get("gpu"):
        raise OptionRefused(f"The GPUs of partition {partition} have no name in the configuration.")
    environment = _environment(_text(raw, "environment_id"), offer["jupyter_environments"], partition)
    return JobOptions(
        partition=partition,
        runtime=_runtime(_text(raw, "runtime") or "1:00:00", offer.get("max_runtime"), partition),
        nprocs=_count(raw, "nprocs", 1, offer.get("max_nprocs") or 1, partition) or 1,
        memory=_memory(_text(raw, "memory"), max_memory_mb.get(partition)),
        gres=offer["gpu"].format(gpus) if gpus else "",
        reservation=reservation,
        environment_path=environment.get("path") or "",
        modules=_modules(environment.get("modules") or ""),
        prologue=environment.get("prologue") or "",
        default_url=_default_url(_text(raw, "default_url")),
    )


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key, "")
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 256 or not value.isprintable():
        raise OptionRefused(f"Option {key} must be a short text.")
    return value.strip()


def _count(raw: Mapping[str, Any], key: str, least: int, most: int, partition: str) -> int:
    value = raw.get(key, least)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise OptionRefused(f"Option {key} must be a number.")
    if not least <= value <= most:
        raise OptionRefused(f"Option {key} is {value}; partition {partition} offers {least} to {most}.")
    return value


def _runtime(text: str, most: int | None, partition: str) -> str:
    match = _RUNTIME.fullmatch(text)
    if not match:
        raise OptionRefused(f"Run time {text[:40]!r} is not written as hh:mm:ss.")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if total < 60 or (most is not None and total > most):
        raise OptionRefused(f"Run time {text} is not offered by partition {partition}, at most {_clock(most or 0)}.")
    return _clock(total)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _memory(text: str, most_mb: int | None) -> str:
    if not text:
        return ""
    match = _MEMORY.fullmatch(text)
    megabytes = int(match[1]) * (1024 if match[2] == "G" else 1) if match else 0
    if megabytes < 1:
        raise OptionRefused(f"Memory {text[:40]!r} is not written like 4G.")
    if most_mb is not None and megabytes > most_mb:
        raise OptionRefused(f"Memory {text} is more than the {most_mb} MB offered.")
    return f"{megabytes}M"


def _environment(chosen: str, offered: Mapping[str, Any], partition: str) -> Mapping[str, Any]:
    if not chosen:
        chosen = next(iter(offered))
    if chosen not in offered:
        raise OptionRefused(f"Environment {chosen[:40]!r} is not offered on partition {partition}.")
    environment: Mapping[str, Any] = offered[chosen]
    return environment


def _modules(text: str) -> tuple[str, ...]:
    modules = tuple(text.split())
    for module in modules:
        if not _MODULE.fullmatch(module):
            raise OptionRefused(f"Module {module!r} of the configuration is no module name.")
    return modules


def _default_url(text: str) -> str:
    if text not in ("", "/lab", "/tree"):
        raise OptionRefused(f"{text[:40]!r} is no page to start with; there are /lab and /tree.")
    return text or "/lab"


def _default_partition(partitions: Mapping[str, Mapping[str, Any]]) -> str:
    return next((name for name, offer in partitions.items() if offer.get("simple")), next(iter(partitions)))
