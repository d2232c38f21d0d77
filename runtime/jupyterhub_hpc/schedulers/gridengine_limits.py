"""What Grid Engine's queues allow, and what is left of the configuration's offer within it.

Asked of qstat: qconf says the same to administration hosts only, and a hub's submit host should be none.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import OptionRefused
from ..options import clock, run_time
from .gridengine_options import UNSPECIFIED

_INSTANCE = re.compile(r"<Queue-List>(.*?)</Queue-List>", re.DOTALL)
_NAME = re.compile(r"<name>([^<@]+)@")
_SLOTS = re.compile(r"<slots_total>([0-9]+)<")
_RUNTIME = re.compile(r'<resource name="h_rt"[^>]*>(?:([0-9]+):([0-9]{2}):([0-9]{2})|[^<]*)<')


@dataclass(frozen=True)
class QueueLimits:
    """The most that one job gets in a queue."""

    cores: int
    seconds: float  # infinite where there is no limit


def parse_limits(output: str) -> dict[str, QueueLimits]:
    """By queue, those of its widest host, in what `partitions` printed; empty when that is no answer."""
    found: dict[str, QueueLimits] = {}
    for block in _INSTANCE.findall(output):
        name, slots, runtime = _NAME.search(block), _SLOTS.search(block), _RUNTIME.search(block)
        if not name or not slots:
            continue
        seconds = math.inf
        if runtime and runtime[1]:
            seconds = int(runtime[1]) * 3600 + int(runtime[2]) * 60 + int(runtime[3])
        before = found.get(name[1], QueueLimits(0, 0))
        found[name[1]] = QueueLimits(max(before.cores, int(slots[1])), max(before.seconds, seconds))
    return found


def narrowed(offer: Mapping[str, Any], known: Mapping[str, QueueLimits]) -> dict[str, Any]:
    """The offer without queues that Grid Engine has not, and with no more in the others than it gives.

    Where it has none of them, or said nothing yet, the offer stays as it is: submitting will tell.
    """
    widest = QueueLimits(
        max((one.cores for one in known.values()), default=0), max((one.seconds for one in known.values()), default=0)
    )
    limits = {name: widest if name in UNSPECIFIED else known.get(name) for name in offer["queues"]}
    queues = {name: _within(queue, limits[name]) for name, queue in offer["queues"].items() if limits[name]}
    if not known or not queues:
        return dict(offer)
    longest = max(queue["max_runtime"] for queue in queues.values())
    try:
        default = run_time(offer["default_runtime"], longest, "")
    except OptionRefused:
        default = clock(longest)
    return {**offer, "queues": queues, "default_runtime": default}


def _within(queue: Mapping[str, Any], limits: QueueLimits | None) -> dict[str, Any]:
    if limits is None:
        return dict(queue)
    return {
        **queue,
        "max_cores": max(1, min(queue["max_cores"], limits.cores)),
        "max_runtime": int(min(queue["max_runtime"], limits.seconds)),
    }
