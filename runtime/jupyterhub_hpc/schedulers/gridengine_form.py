"""The page where a user chooses what to ask Grid Engine for, and the check of what comes out of it or past it."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from traitlets import Bool, Dict

from ..errors import ClusterError
from ..form import Field, render_form
from ..job_state import JobState
from ..options import clock
from .gridengine_limits import QueueLimits, narrowed, parse_limits
from .gridengine_options import UNSPECIFIED, GridEngineOptions, validate_options


class GridEngineForm(JobState):
    """The form, from what the configuration offers."""

    offer = Dict(help="Queues, projects, resources and environments that servers may ask for.").tag(config=True)
    read_limits = Bool(False, help="Ask Grid Engine what its queues allow, and offer no more.").tag(config=True)
    _limits: ClassVar[Mapping[str, QueueLimits]] = {}  # as last heard, for everybody's form

    async def look_at_limits(self) -> None:
        """What the queues allow now. Where that is not to be had, what was heard before holds: the job will tell."""
        if not self.read_limits:
            return
        try:
            heard = parse_limits(await self._cluster.partitions())
        except ClusterError as error:
            self.log.warning("Limits of the queues: %s", error)
            return
        if gone := [name for name in self.offer["queues"] if heard and name not in (*heard, *UNSPECIFIED)]:
            self.log.warning("Grid Engine has no host in %s: not offered.", ", ".join(gone))
        GridEngineForm._limits = heard

    def offered(self) -> Mapping[str, Any]:
        """What may be asked for: the configuration's offer, within what the queues allow."""
        return narrowed(self.offer, self._limits) if self.read_limits else self.offer

    async def get_options_form(self) -> str:
        """The form, filled with what its user asked for the last time. There is none while Grid Engine is away."""
        await self._queue.require_answer()
        await self.look_at_limits()
        return render_form(form_fields(self.offered()), self.user_options or {})

    async def options_from_form(self, formdata: dict[str, list[str]]) -> dict[str, Any]:
        """The form's fields as options. They are checked here for a quick answer, and again in `start()`."""
        options = {key: values[0] for key, values in formdata.items() if values and values[0] and key != "_xsrf"}
        validate_options(options, self.offered())
        return options

    def checked_options(self) -> GridEngineOptions:
        """`user_options`, whatever way they came, as options fit for a job script."""
        return validate_options(self.user_options, self.offered())


def form_fields(offer: Mapping[str, Any]) -> list[Field]:
    """The fields of the form. What there is only one of is not asked for."""
    queues = offer["queues"]
    most = {key: max(queue[key] for queue in queues.values()) for key in ("max_cores", "max_gpus", "max_runtime")}
    fields = [Field("queue", "Queue", _about(queues), _choices(queues))] if len(queues) > 1 else []
    fields.append(Field("cores", "Cores", least=1, most=most["max_cores"], value="1"))
    if offer["memory"]:
        unit = "each core" if offer["memory"]["per"] == "core" else "the server"
        words = f"For {unit}, such as 500M or 4G; empty: what the cluster gives by default."
        fields.append(Field("memory", "Memory", words, pattern="[0-9]{1,7}[MG]?"))
    if most["max_gpus"]:
        fields.append(Field("gpus", "GPUs", most=most["max_gpus"], value="0"))
    words = f"Hours:minutes:seconds, at most {clock(most['max_runtime'])}. The server is ended then."
    fields.append(Field("runtime", "Run time", words, pattern="[0-9:-]+", value=offer["default_runtime"]))
    if len(offer["projects"]) > 1:
        fields.append(Field("project", "Project", _titles(offer["projects"]), _choices(offer["projects"])))
    fields += [_resource(name, resource) for name, resource in offer["resources"].items()]
    if len(offer["environments"]) > 1:
        choices = tuple((name, one["description"]) for name, one in offer["environments"].items())
        fields.append(Field("environment_id", "Environment", choices=choices))
    return fields


def _resource(name: str, resource: Mapping[str, Any]) -> Field:
    if resource["choices"]:
        return Field(
            name,
            resource["title"],
            resource["description"],
            tuple((value, title) for value, title in resource["choices"]),
        )
    return Field(name, resource["title"], resource["description"], most=resource["most"], value="0")


def _choices(offered: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, one["title"]) for name, one in offered.items())


def _titles(offered: Mapping[str, Any]) -> str:
    return _sentences((one["title"], one["description"]) for one in offered.values() if one["description"])


def _about(queues: Mapping[str, Any]) -> str:
    return _sentences((queue["title"], _limits(queue)) for queue in queues.values())


def _limits(queue: Mapping[str, Any]) -> str:
    limits = [f"{queue['max_cores']} cores", clock(queue["max_runtime"])]
    if queue["max_memory_mb"]:
        limits.append(f"{queue['max_memory_mb']} MB")
    if queue["max_gpus"]:
        limits.append(f"{queue['max_gpus']} GPUs")
    words = f"at most {', '.join(limits)}"
    return f"{queue['description'].removesuffix('.')}; {words}" if queue["description"] else words


def _sentences(parts: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"{title}: {words.removesuffix('.')}." for title, words in parts)
