"""What a user may ask Slurm for: the names are those of jupyterhub_moss's form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import OptionRefused
from ..options import JobOptions, count, environment, known_names, memory, modules, run_time, start_page, text

_WORD = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"

# What the form may send beside what is used: decided by the environment or the hub, and taken from there.
_IGNORED = {"environment_path", "environment_modules", "output", "gres", "prologue", "mem", "jupyterlab_simple"}
_IGNORED |= {"partition_simple", "nprocs_simple", "ngpus_simple", "runtime_simple", "environment_simple"}
_USED = {"partition", "runtime", "nprocs", "memory", "ngpus", "reservation", "options", "environment_id"}
_USED |= {"default_url", "root_dir"}


@dataclass(frozen=True)
class SlurmOptions(JobOptions):
    """Options fit for a job script of Slurm."""

    partition: str
    runtime: str  # HH:MM:SS
    nprocs: int
    memory: str  # as Slurm writes it, or empty
    gres: str
    reservation: str
    exclusive: bool = False


def validate_options(
    raw: Mapping[str, Any],
    partitions: Mapping[str, Mapping[str, Any]],
    max_memory_mb: Mapping[str, int],
    *,
    allow_reservation: bool,
) -> SlurmOptions:
    """Check options from anywhere against the configured partitions.

    Args:
        raw: from the form, the REST API or the database
        partitions: the spawner's `partitions`
        max_memory_mb: most memory by partition; a partition that is not named is left to Slurm
        allow_reservation: a reservation may be named

    Raises:
        OptionRefused: naming the option, the value and what is offered
    """
    known_names(raw, _USED | _IGNORED)
    partition = text(raw, "partition") or _default_partition(partitions)
    if partition not in partitions:
        raise OptionRefused(f"Partition {partition[:40]!r} is not offered; there are {', '.join(partitions)}.")
    offer, where = partitions[partition], f"partition {partition}"
    if text(raw, "options"):
        raise OptionRefused("Further scheduler options are not offered.")
    if text(raw, "root_dir"):
        raise OptionRefused("Another directory than your home directory is not offered.")
    reservation = text(raw, "reservation")
    if reservation and not (allow_reservation and re.fullmatch(_WORD, reservation)):
        raise OptionRefused(f"Reservation {reservation[:40]!r} cannot be used here.")
    gpus = count(raw, "ngpus", 0, offer.get("max_ngpus") or 0, where)
    if gpus and not offer.get("gpu"):
        raise OptionRefused(f"The GPUs of partition {partition} have no name in the configuration.")
    chosen = environment(text(raw, "environment_id"), offer["jupyter_environments"], where)
    return SlurmOptions(
        partition=partition,
        runtime=run_time(text(raw, "runtime") or "1:00:00", offer.get("max_runtime"), where),
        nprocs=count(raw, "nprocs", 1, offer.get("max_nprocs") or 1, where) or 1,
        memory=memory(text(raw, "memory"), max_memory_mb.get(partition)),
        gres=offer["gpu"].format(gpus) if gpus else "",
        reservation=reservation,
        environment_path=chosen.get("path") or "",
        modules=modules(chosen.get("modules") or ""),
        prologue=chosen.get("prologue") or "",
        default_url=start_page(text(raw, "default_url")),
    )


def _default_partition(partitions: Mapping[str, Mapping[str, Any]]) -> str:
    return next((name for name, offer in partitions.items() if offer.get("simple")), next(iter(partitions)))
