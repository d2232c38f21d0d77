"""Servers as Slurm jobs, submitted on a login node, for users the hub's host does not have."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from batchspawner import JobStatus
from jinja2 import Environment, StrictUndefined
from jupyterhub_moss import MOSlurmSpawner
from sqlalchemy.orm import object_session
from traitlets import Bool, Dict, Float, Integer, Unicode, default

from .accounts import Account, Accounts
from .errors import ClusterError, CommandFailed, JobEnded, Unanswered
from .login_nodes import LoginNodes
from .options import JobOptions, displayable, validate_options
from .port_api import token_digest
from .schedulers import slurm
from .schedulers.job import Job, Phase
from .slurm_queue import Look, SlurmQueue
from .usernames import DEFAULT_PATTERN, UsernameRefused, check_username

_STATUS = {
    Phase.PENDING: JobStatus.PENDING,
    Phase.RUNNING: JobStatus.RUNNING,
    Phase.UNKNOWN: JobStatus.UNKNOWN,
    Phase.ENDED: JobStatus.NOTFOUND,
}
_CANCELLING: set["asyncio.Task[None]"] = set()  # a task that nothing refers to may be collected
_LAUNCHER = Path(__file__).with_name("launcher.py").read_text()
_JINJA = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701


class ClusterSlurmSpawner(MOSlurmSpawner):  # type: ignore[misc]
    """MOSlurmSpawner over SSH: no local users, unknown is never gone, and every option checked where it is used."""

    username_pattern = Unicode(DEFAULT_PATTERN, help="User names must match this, whole.").tag(config=True)
    bin_directory = Unicode("/usr/bin", help="Where Slurm's commands are on the login nodes.").tag(config=True)
    job_name = Unicode("jupyterhub", help="Name of every server's job; the queue is asked for it.").tag(config=True)
    node_domain = Unicode("", help="Put after a node's name to reach it from the hub.").tag(config=True)
    max_memory_mb = Dict(Integer(), help="Most memory by partition.").tag(config=True)
    allow_reservation = Bool(False, help="Users may name a reservation.").tag(config=True)

    cancel_retry = Float(30, help="Seconds between attempts to cancel a job while the cluster does not answer.").tag(
        config=True
    )

    token_digest = ""  # of this server's token: who may announce the port
    spawn_id = ""  # written on the job, so that it is found again whatever happens
    _submitted_at = float("-inf")
    _missing_since: float | None = None
    _job: Job | None = None
    _announced: asyncio.Event | None = None

    @default("apply_user_options")  # type: ignore[untyped-decorator]
    def _apply_user_options_default(self) -> Any:
        return lambda spawner, options: None  # start() does that, after checking them

    # -- the ways to the cluster ------------------------------------------------------------------------------------

    @property
    def _login_nodes(self) -> LoginNodes:
        nodes: LoginNodes = LoginNodes.instance(config=self.config)
        return nodes

    @property
    def _queue(self) -> SlurmQueue:
        queue: SlurmQueue = SlurmQueue.instance(config=self.config)
        queue.bin_directory, queue.job_name = self.bin_directory, self.job_name
        return queue

    async def run_command(self, cmd: Any, input: Any = None, env: Any = None) -> str:
        """batchspawner's way to run a shell command here: nothing of ours uses it, and nothing else shall."""
        raise NotImplementedError("commands go to the login nodes as argument vectors")

    # -- state ------------------------------------------------------------------------------------------------------

    def get_state(self) -> dict[str, Any]:
        """What must survive a restart of the hub, from the submission on."""
        state: dict[str, Any] = super().get_state()
        for key in ("spawn_id", "token_digest"):
            if value := getattr(self, key):
                state[key] = value
        if self.port:
            state["port"] = self.port
        return state

    def load_state(self, state: dict[str, Any]) -> None:
        """Take up what an earlier hub saved."""
        super().load_state(state)
        self.spawn_id = state.get("spawn_id", "")
        self.token_digest = state.get("token_digest", "")
        self.port = state.get("port", 0)

    def clear_state(self) -> None:
        """Forget the job."""
        super().clear_state()
        self.spawn_id = self.token_digest = ""
        self._job = self._missing_since = None
        self._submitted_at = float("-inf")

    def _save(self) -> None:
        self.orm_spawner.state = self.get_state()
        session = object_session(self.orm_spawner)
        if session is not None:
            session.commit()

    # -- environment ------------------------------------------------------------------------------------------------

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Nothing: the job script sets USER, HOME and SHELL, and there is no such user here."""
        return env

    def get_env(self) -> dict[str, str]:
        """The environment of the server, as far as it comes from the hub."""
        return {name: str(value) for name, value in super().get_env().items() if value is not None}

    # -- start ------------------------------------------------------------------------------------------------------

    async def start(self) -> tuple[str, int]:
        """Submit the job, and wait until its server has told its port."""
        try:
            username = check_username(self.user.name, self.username_pattern)
        except UsernameRefused as refusal:
            raise ClusterError(str(refusal)) from None
        options = validate_options(
            self.user_options, self.partitions, self.max_memory_mb, allow_reservation=self.allow_reservation
        )
        account = await Accounts.instance(config=self.config).lookup(username)
        self.default_url = options.default_url
        self.ip, self.port = self.traits()["ip"].default_value, 0
        if self.server:
            self.server.port = 0
        self._announced = asyncio.Event()
        self.token_digest = token_digest(self.api_token)
        self.spawn_id = secrets.token_hex(8)
        self._save()
        await self._submit(account, options)
        host = await self._wait_for_port()
        self._save()
        await self._wait_for_server(host)
        self.log.info("Server of %s: job %s at %s:%s", username, self.job_id, host, self.port)
        return host, self.port

    def render_script(self, account: Account, options: JobOptions) -> str:
        """The job script of one server: checked values in the site's template, and no secret."""
        return _JINJA.from_string(self.batch_script).render(
            comment=self.spawn_id,
            username=account.name,
            homedir=account.home,
            shell=account.shell,
            partition=options.partition,
            runtime=options.runtime,
            nprocs=options.nprocs,
            memory=options.memory,
            gres=options.gres,
            reservation=options.reservation,
            exclusive=False,
            environment_path=options.environment_path,
            modules=options.modules,
            prologue=options.prologue,
            launcher=_LAUNCHER,
        )

    async def _submit(self, account: Account, options: JobOptions) -> None:
        script = self.render_script(account, options)
        argv = slurm.submit_command(self.bin_directory, account.name)
        try:
            output = await self._login_nodes.output(argv, stdin=script, environment=self.get_env(), repeatable=False)
            self.job_id = slurm.parse_submitted(output)
        except ValueError:
            raise ClusterError(f"sbatch printed no job id but {output.strip()[:500]!r}.") from None
        except CommandFailed:
            self.spawn_id = ""  # refused: there is no job to look for
            raise
        except Unanswered as error:
            self.log.warning("Submission for %s: %s Looking for the job.", account.name, error)
            await self._find_submitted()
            if not self.job_id:
                raise
        self._submitted_at = time.monotonic()
        self._save()  # from here on, no restart loses the job
        self.log.info("Job %s submitted for %s: %s", self.job_id, account.name, options)

    async def _find_submitted(self) -> None:
        """Look for the job that bears this spawn's id."""
        look = await self._queue.look_after(time.monotonic())
        for job in look.jobs.values():
            if job.comment == self.spawn_id and job.user == self.user.name:
                self.job_id = job.job_id
                self.log.info("Found job %s of %s by its mark", job.job_id, self.user.name)

    async def _wait_for_port(self) -> str:
        while True:
            status = await self._status(self._queue.starting_interval)
            if status == JobStatus.NOTFOUND:
                raise JobEnded(await self._why_ended())
            if status == JobStatus.RUNNING and self.port and self._job and self._job.host:
                return self._job.host + (f".{self.node_domain}" if self.node_domain else "")
            await self._pause()

    async def _wait_for_server(self, host: str) -> None:
        """Until the server listens, or its job ended: JupyterHub itself would only ever look at the address."""
        deadline = time.monotonic() + self.http_timeout
        while True:
            try:
                _, writer = await asyncio.wait_for(asyncio.open_connection(host, self.port), 5)
            except (OSError, TimeoutError) as error:
                problem = error
            else:
                writer.close()
                return
            if await self._status(self._queue.starting_interval) == JobStatus.NOTFOUND:
                raise JobEnded(await self._why_ended())
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"Job {self.job_id} runs on {host}, but the hub cannot reach its server on port {self.port} "
                    f"({problem or 'timeout'}). Next: check the name, and the firewall between hub and compute nodes."
                )
            await asyncio.sleep(self.startup_poll_interval)

    async def _pause(self) -> None:
        """Until the next look at the queue, or the port's announcement, whichever is first."""
        if self._announced is None or self.port:
            await asyncio.sleep(self.startup_poll_interval)
            return
        try:
            await asyncio.wait_for(self._announced.wait(), self._queue.starting_interval)
        except TimeoutError:
            return

    def announce_port(self, port: int) -> bool:
        """Called by the port API. False when the port is known already: a server tells it once."""
        if self.port:
            return bool(port == self.port)
        self.port = port
        self._save()
        if self._announced is not None:
            self._announced.set()
        return True

    # -- while it runs ----------------------------------------------------------------------------------------------

    async def _status(self, max_age: float) -> JobStatus:
        if not self.job_id and self.spawn_id:
            await self._find_submitted()
        if not self.job_id:
            return JobStatus.NOTFOUND
        look = await self._queue.look(max_age)
        job = look.jobs.get(self.job_id)
        if job is None:
            return await self._status_of_missing(look)
        self._missing_since, self._job = None, job
        self.job_status = f"{job.state} {job.host}"
        return _STATUS[job.phase]

    async def _status_of_missing(self, look: Look) -> JobStatus:
        """A job that a look does not show: unknown, until two good looks since its submission have missed it."""
        if look.problem or look.began <= self._submitted_at:
            return JobStatus.UNKNOWN
        if self._missing_since is None or self._missing_since == look.began:
            self._missing_since = look.began
            return JobStatus.UNKNOWN
        return JobStatus.NOTFOUND

    async def query_job_status(self) -> JobStatus:
        """Where the job is. A question that was not answered means unknown."""
        return await self._status(self._queue.interval)

    async def poll(self) -> int | None:
        """None while the server may be running; 1 when Slurm says that its job ended."""
        if await self.query_job_status() != JobStatus.NOTFOUND:
            return None
        if self.job_id:
            self.log.info("Server of %s: %s", self.user.name, await self._why_ended())
        self.clear_state()
        return 1

    async def _why_ended(self) -> str:
        job_id = self.job_id
        exit_code = None
        try:
            result = await self._login_nodes.run(slurm.job_command(self.bin_directory, job_id), repeatable=True)
            exit_code = slurm.parse_exit_code(result.stdout)
        except ClusterError as error:
            self.log.warning("Job %s: %s", job_id, error)
        return (
            f"{slurm.ending(job_id, self._job, exit_code)} "
            f"Its log is ~/.jupyterhub/logs/server-{job_id}.log on the cluster."
        )

    async def get_url(self) -> str:
        """Asked after a restart of the hub: the server's address, waiting for it when it was still starting."""
        if self.server.port and self.server.port == self.port:
            return str(self.server.url)
        self._announced = asyncio.Event()
        try:
            async with asyncio.timeout(self.start_timeout):
                host = await self._wait_for_port()
        except (ClusterError, TimeoutError) as error:
            self.log.warning("Server of %s, starting when the hub was restarted: %s", self.user.name, error)
            return str(self.server.url)
        return f"http://{host}:{self.port}"

    # -- stop -------------------------------------------------------------------------------------------------------

    async def stop(self, now: bool = False) -> None:
        """Cancel the job, and see it end. While the cluster does not answer, go on trying behind the user's back."""
        if not self.job_id:
            return
        username = check_username(self.user.name, self.username_pattern)
        try:
            await self._cancel(username, self.job_id)
        except ClusterError as error:
            self.log.error(
                "Job %s of %s will be cancelled when that is possible again: %s", self.job_id, username, error
            )
            later = asyncio.create_task(self._cancel_later(username, self.job_id))
            _CANCELLING.add(later)
            later.add_done_callback(_CANCELLING.discard)
            return
        if now:
            return
        cancelled = time.monotonic()
        while time.monotonic() < cancelled + 15:
            look = await self._queue.look_after(max(cancelled, time.monotonic() - 0.5))
            job = look.jobs.get(self.job_id)
            if not look.problem and (job is None or job.phase == Phase.ENDED):
                return
            await asyncio.sleep(0.5)
        self.log.warning("Job %s was cancelled, and is still there", self.job_id)

    async def _cancel(self, username: str, job_id: str) -> None:
        self.log.info("Cancelling job %s of %s", job_id, username)
        result = await self._login_nodes.run(
            slurm.cancel_command(self.bin_directory, username, job_id), repeatable=True
        )
        if result.exit_status != 0 and "Invalid job id" not in result.stderr:
            raise ClusterError(f"Job {job_id} could not be cancelled: {result.stderr.strip()[:500]}")

    async def _cancel_later(self, username: str, job_id: str) -> None:
        deadline = time.monotonic() + 86400
        while time.monotonic() < deadline:
            await asyncio.sleep(self.cancel_retry)
            try:
                return await self._cancel(username, job_id)
            except ClusterError as error:
                self.log.warning("%s", error)

    # -- the pages --------------------------------------------------------------------------------------------------

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What the user sees while waiting."""
        shown = None
        while True:
            job, percent = self._job, 10
            if not self.job_id:
                message = "Asking Slurm for a job..."
            elif job is None or job.phase == Phase.UNKNOWN:
                message, percent = f"Job {self.job_id} is submitted.", 20
            elif job.phase == Phase.PENDING:
                message, percent = slurm.waiting(job), 30
            elif self.port:
                message, percent = f"The server runs on {job.host}. Connecting...", 90
            else:
                message, percent = f"Job {self.job_id} runs on {job.host}. Starting the server...", 60
            if self._queue_problem():
                message = f"The cluster does not answer at the moment: {self._queue_problem()}"
            if message != shown:
                shown = message
                yield {"progress": percent, "message": message}
            await asyncio.sleep(0.5)

    def _queue_problem(self) -> str:
        return self._queue._last.problem if self.job_id else ""

    async def _get_partitions_info(self) -> Any:
        """What the form shows of the partitions: Slurm's words, narrowed by the site's."""
        from jupyterhub_moss.models import PartitionInfo, PartitionsTrait

        fields = "%R %F %c %C %G %m %l"
        out = await self._login_nodes.output(
            [f"{self.bin_directory}/sinfo", "--all", "--noheader", f"--format={fields}"], repeatable=True
        )
        known = self.slurm_info_resources(out)
        configured = PartitionsTrait.model_validate(self.partitions)
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
        validate_options(options, self.partitions, self.max_memory_mb, allow_reservation=self.allow_reservation)
        used = ("partition", "runtime", "nprocs", "memory", "ngpus", "reservation", "environment_id", "default_url")
        return {key: options[key] for key in used if options.get(key)}
