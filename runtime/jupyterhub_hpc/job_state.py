"""What every part of the spawner knows: the ways to the cluster, and which job is the server's."""

from typing import Any, ClassVar

from batchspawner import BatchSpawnerBase
from sqlalchemy.orm import object_session
from traitlets import Unicode

from .cluster_commands import ClusterCommands
from .ending import Ending
from .errors import ClusterError, JobEnded
from .job_queue import JobQueue
from .schedulers.job import Job
from .schedulers.scheduler import Scheduler
from .usernames import DEFAULT_PATTERN, UsernameRefused, check_username


class JobState(BatchSpawnerBase):
    """The job of one server, saved from its submission on, so that a restart of the hub does not lose it."""

    scheduler: ClassVar[Scheduler]
    queue_class: ClassVar[type[JobQueue]]

    username_pattern = Unicode(DEFAULT_PATTERN, help="User names must match this, whole.").tag(config=True)

    token_digest = ""  # of this server's token: who may announce the port
    server_key = ""  # digest of the key that was certified for this server
    spawn_id = ""  # written on the job, so that it is found again whatever happens
    ending: Ending | None = None  # why the last server ended or did not start; None once one runs
    _submitted_at = float("-inf")
    _missing_since: float | None = None
    _unseen = ""  # why the queue may not show the job though it exists
    _job: Job | None = None

    # -- the ways to the cluster ------------------------------------------------------------------------------------

    @property
    def _cluster(self) -> ClusterCommands:
        return ClusterCommands(config=self.config)

    @property
    def _queue(self) -> JobQueue:
        queue: JobQueue = self.queue_class.instance(config=self.config)
        return queue

    async def run_command(self, cmd: Any, input: Any = None, env: Any = None) -> str:
        """batchspawner's way to run a shell command here: nothing of ours uses it, and nothing else shall."""
        raise NotImplementedError("the cluster is asked through cluster_commands")

    def _checked_username(self) -> str:
        try:
            return check_username(self.user.name, self.username_pattern)
        except UsernameRefused as refusal:
            raise ClusterError(str(refusal)) from None

    def _ending_of(self, error: ClusterError) -> Ending:
        """What the user is told of a start that failed."""
        return error.ending if isinstance(error, JobEnded) else Ending(error.what, error.next_step, self.job_id)

    # -- state ------------------------------------------------------------------------------------------------------

    def get_state(self) -> dict[str, Any]:
        """What must survive a restart of the hub, from the submission on."""
        state: dict[str, Any] = super().get_state()
        for key in ("spawn_id", "token_digest", "server_key"):
            if value := getattr(self, key):
                state[key] = value
        if self.port:
            state["port"] = self.port
        if self.ending:
            state["ending"] = self.ending.to_state()
        return state

    def load_state(self, state: dict[str, Any]) -> None:
        """Take up what an earlier hub saved."""
        super().load_state(state)
        self.spawn_id = state.get("spawn_id", "")
        self.token_digest = state.get("token_digest", "")
        self.server_key = state.get("server_key", "")
        self.port = state.get("port", 0)
        self.ending = Ending.from_state(state.get("ending"))

    def clear_state(self) -> None:
        """Forget the job, and not why it ended: JupyterHub does this before anybody has read it."""
        super().clear_state()
        self.spawn_id = self.token_digest = self.server_key = ""
        self._job = self._missing_since = None
        self._unseen = ""
        self._submitted_at = float("-inf")

    def _save(self) -> None:
        self.orm_spawner.state = self.get_state()
        session = object_session(self.orm_spawner)
        if session is not None:
            session.commit()
