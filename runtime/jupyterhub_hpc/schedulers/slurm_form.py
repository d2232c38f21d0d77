"""The page where a user chooses what to ask Slurm for: jupyterhub_moss's form, filled over SSH and checked here."""

from types import SimpleNamespace
from typing import Any

from jupyterhub_moss import MOSlurmSpawner
from jupyterhub_moss.models import PartitionInfo, PartitionsTrait
from traitlets import Bool, Dict, Integer

from ..errors import MEANWHILE, CommandFailed
from ..job_state import JobState
from ..options import JobOptions
from .slurm_options import validate_options

_USED = ("partition", "runtime", "nprocs", "memory", "ngpus", "reservation", "environment_id", "default_url")


class SlurmForm(JobState, MOSlurmSpawner):
    """The form, and the check of what comes out of it or past it."""

    max_memory_mb = Dict(Integer(), help="Most memory by partition.").tag(config=True)
    allow_reservation = Bool(False, help="Users may name a reservation.").tag(config=True)

    async def get_options_form(self) -> Any:
        """The form, also right after a start that failed: JupyterHub took `handler` away then, which moss reads."""
        given: Any = getattr(self, "handler")  # noqa: B009  (a trait, of no type)
        self.handler = given or SimpleNamespace(hub=self.hub)
        try:
            return await super().get_options_form()
        finally:
            self.handler = given

    async def _get_partitions_info(self) -> Any:
        """What the form shows of the partitions: Slurm's words, narrowed by the site's."""
        await self._queue.require_answer()
        try:
            out = await self._cluster.partitions()
        except CommandFailed as error:
            raise self._queue.silent(f"{error} {MEANWHILE}") from error
        configured = PartitionsTrait.model_validate(self.partitions)
        # moss gives up at the first line it cannot read; the cluster's other partitions are none of its business
        lines = [line for line in out.splitlines() if line.split(" ", 1)[0] in self.partitions]
        known = self.slurm_info_resources("\n".join(lines))
        return {
            name: PartitionInfo.model_validate(
                {
                    **known[name].model_dump(),
                    **displayable(offer.model_dump(exclude_none=True)),
                    **({"max_mem": self.max_memory_mb[name]} if name in self.max_memory_mb else {}),
                    "reservations": self.allow_reservation,  # for the form's template
                }
            )
            for name, offer in configured.items()
            if name in known
        }

    async def options_from_form(self, formdata: dict[str, list[str]]) -> dict[str, Any]:
        """The form's fields as options. They are checked here for a quick answer, and again in `start()`."""
        options = {key: values[0] for key, values in formdata.items() if values and key != "_xsrf"}
        if options.get("mem") and not options.get("memory"):
            options["memory"] = options["mem"]
        self._check(options)
        return {key: options[key] for key in _USED if options.get(key)}

    def checked_options(self) -> JobOptions:
        """`user_options`, whatever way they came, as options fit for a job script."""
        return self._check(self.user_options)

    def _check(self, raw: Any) -> JobOptions:
        return validate_options(raw, self.partitions, self.max_memory_mb, allow_reservation=self.allow_reservation)


def displayable(offer: dict[str, Any]) -> dict[str, Any]:
    """An offer with descriptions that moss's form can hold: it puts them, as they are, into HTML and a script."""
    plain = str.maketrans({"'": "\u2019", '"': "\u201d", "\\": "/", "<": "\u2039", ">": "\u203a", "&": "+"})
    environments = {
        name: {**environment, "description": environment["description"].translate(plain)}
        for name, environment in offer["jupyter_environments"].items()
    }
    words = {key: offer.get(key, "").translate(plain) for key in ("description", "architecture")}
    return {**offer, **words, "jupyter_environments": environments}
