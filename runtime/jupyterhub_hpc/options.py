"""What a user asks for, against what is offered: the parts of the check that all schedulers share.

The form is one way in; the REST API and the query string are others and pass through no form. So what `start()` gets
is checked by the scheduler's own file (`schedulers/NAME_options.py`), whatever it is, and only what comes out of there
gets into a job script.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from .errors import OptionRefused

_MODULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+/-]{0,127}")
_RUNTIME = re.compile(r"(?:([0-9]{1,3})-)?([0-9]{1,3})(?::([0-5]?[0-9]))?(?::([0-5]?[0-9]))?")
_MEMORY = re.compile(r"([0-9]{1,7})([MG]?)")


@dataclass(frozen=True)
class JobOptions:
    """Options fit for a job script. Each scheduler adds its own."""

    environment_path: str
    modules: tuple[str, ...]
    prologue: str
    default_url: str

    def values(self) -> dict[str, Any]:
        """The options by name, as the job script's template reads them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def known_names(raw: Any, names: Collection[str]) -> Mapping[str, Any]:
    """The options, if they are some at all and every name is one of these.

    Raises:
        OptionRefused: naming what is not
    """
    if not isinstance(raw, Mapping):
        raise OptionRefused("The options must be an object with named values.")
    for key in raw:
        if key not in names:
            raise OptionRefused(f"There is no option {str(key)[:40]!r}.")
    return raw


def text(raw: Mapping[str, Any], key: str) -> str:
    """An option that is a short text; empty when it is not given.

    Raises:
        OptionRefused: it is something else
    """
    value = raw.get(key, "")
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 256 or not value.isprintable():
        raise OptionRefused(f"Option {key} must be a short text.")
    return value.strip()


def count(raw: Mapping[str, Any], key: str, least: int, most: int, where: str) -> int:
    """An option that is a number within limits; the least when it is not given.

    Args:
        raw: the options
        key: the option's name
        least: the least that is offered
        most: the most that is offered
        where: what offers it: "partition short"

    Raises:
        OptionRefused: it is something else
    """
    value = raw.get(key, least)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise OptionRefused(f"Option {key} must be a number.")
    if not least <= value <= most:
        raise OptionRefused(f"Option {key} is {value}; {where} offers {least} to {most}.")
    return value


def run_time(words: str, most: int | None, where: str) -> str:
    """A run time such as 4:00:00 as HH:MM:SS.

    Args:
        words: as the user wrote it
        most: seconds that are offered; None: any
        where: what offers it: "partition short"

    Raises:
        OptionRefused: it is none, or longer than what is offered
    """
    match = _RUNTIME.fullmatch(words)
    if not match:
        raise OptionRefused(f"Run time {words[:40]!r} is not written as hh:mm:ss.")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if total < 60 or (most is not None and total > most):
        raise OptionRefused(f"Run time {words} is not offered by {where}, at most {clock(most or 0)}.")
    return clock(total)


def clock(seconds: int) -> str:
    """Seconds as HH:MM:SS."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def memory(words: str, most_mb: int | None) -> str:
    """An amount of memory such as 4G in MiB, as `4096M`; empty when nothing is asked for.

    Raises:
        OptionRefused: it is none, or more than what is offered
    """
    if not words:
        return ""
    match = _MEMORY.fullmatch(words)
    megabytes = int(match[1]) * (1024 if match[2] == "G" else 1) if match else 0
    if megabytes < 1:
        raise OptionRefused(f"Memory {words[:40]!r} is not written like 4G.")
    if most_mb is not None and megabytes > most_mb:
        raise OptionRefused(f"Memory {words} is more than the {most_mb} MB offered.")
    return f"{megabytes}M"


def environment(chosen: str, offered: Mapping[str, Any], where: str = "") -> Mapping[str, Any]:
    """The environment of a name, or the first one when none is named.

    Raises:
        OptionRefused: there is none of that name
    """
    if not chosen:
        chosen = next(iter(offered))
    if chosen not in offered:
        raise OptionRefused(f"Environment {chosen[:40]!r} is not offered{f' on {where}' if where else ''}.")
    found: Mapping[str, Any] = offered[chosen]
    return found


def modules(words: str) -> tuple[str, ...]:
    """The modules that an environment of the configuration names.

    Raises:
        OptionRefused: one is none
    """
    names = tuple(words.split())
    for name in names:
        if not _MODULE.fullmatch(name):
            raise OptionRefused(f"Module {name!r} of the configuration is no module name.")
    return names


def start_page(words: str) -> str:
    """The page to start with.

    Raises:
        OptionRefused: it is another one than those there are
    """
    if words not in ("", "/lab", "/tree"):
        raise OptionRefused(f"{words[:40]!r} is no page to start with; there are /lab and /tree.")
    return words or "/lab"
