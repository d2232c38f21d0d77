"""Servers as Slurm jobs."""

from typing import ClassVar

from ..job_queue import JobQueue
from ..spawn_measurement import SpawnMeasurement
from ..spawner import ClusterSpawner
from . import slurm
from .scheduler import Scheduler
from .slurm_form import SlurmForm


class SlurmQueue(JobQueue):
    """All pollers share one squeue per interval."""

    scheduler: ClassVar[Scheduler] = slurm


class ClusterSlurmSpawner(SlurmForm, SpawnMeasurement, ClusterSpawner):
    """ClusterSpawner with Slurm's commands, and jupyterhub_moss's form."""

    scheduler: ClassVar[Scheduler] = slurm
    queue_class: ClassVar[type[JobQueue]] = SlurmQueue
