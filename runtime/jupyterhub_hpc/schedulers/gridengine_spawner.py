"""Servers as Grid Engine jobs."""

from typing import ClassVar

from traitlets import Unicode

from ..job_queue import JobQueue
from ..spawn_measurement import SpawnMeasurement
from ..spawner import ClusterSpawner
from . import gridengine
from .gridengine_form import GridEngineForm
from .job import Job
from .scheduler import Scheduler


class GridEngineQueue(JobQueue):
    """All pollers share one qstat per interval."""

    scheduler: ClassVar[Scheduler] = gridengine

    job_name = Unicode("jupyterhub", help="What the names of this hub's jobs begin with.").tag(config=True)

    def read(self, output: str) -> dict[str, Job]:
        """The jobs of this hub: qstat prints everybody's."""
        return gridengine.parse_queue_of(output, self.job_name)


class GridEngineSpawner(GridEngineForm, SpawnMeasurement, ClusterSpawner):
    """ClusterSpawner with Grid Engine's commands, and a form made from the configuration."""

    scheduler: ClassVar[Scheduler] = gridengine
    queue_class: ClassVar[type[JobQueue]] = GridEngineQueue
