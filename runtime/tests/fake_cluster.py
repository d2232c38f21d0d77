"""A login node with a Slurm on it, as far as the hub can see one: a real SSH server; its program is made up here."""

import asyncio
import json
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
from asyncssh.process import SSHServerProcess

Answer = tuple[int, str, str]  # exit status, stdout, stderr


@dataclass
class FakeJob:
    user: str
    script: str
    environment: dict[str, str]
    state: str = "PENDING"
    reason: str = "Resources"
    host: str = "n/a"
    exit_code: int = 0

    @property
    def comment(self) -> str:
        return next(line.split("=", 1)[1] for line in self.script.splitlines() if line.startswith("#SBATCH --comment="))


@dataclass
class FakeSlurm:
    """The scheduler, shared by the login nodes."""

    jobs: dict[str, FakeJob] = field(default_factory=dict)
    calls: list[list[str]] = field(default_factory=list)
    on_submit: Callable[[str, FakeJob], None] | None = None
    broken: str = ""  # what every command of the scheduler says while the controller is away
    logs: dict[tuple[str, str], str] = field(default_factory=dict)  # by user and job
    refuse: str = ""  # what sbatch says
    refuse_late: bool = False  # it says so of a job that it has taken
    private: str = "none"  # what slurm.conf says of PrivateData
    partitions: str = "short 0/2/0/2 4 0/8/0/8 (null) 4000 4:00:00\nlong 0/1/0/1 4 0/4/0/4 (null) 4000 2-00:00:00\n"

    def count(self, operation: str) -> int:
        return sum(call[0] == operation for call in self.calls)

    def answer(self, argv: list[str], stdin: str, environment: dict[str, str]) -> Answer:
        self.calls.append(argv)
        operation, *rest = argv
        if operation == "account":
            return self._account(rest[0])
        if operation == "log":
            return 0, self.logs.get((rest[0], rest[1]), ""), ""
        if self.broken:
            return 1, "", self.broken
        if operation == "submit":
            return self._submit(rest[0], stdin, environment)
        if operation == "cancel":
            return self._cancel(rest[1])
        if operation in ("queue", "find"):
            return self._list("iuTBSr" if operation == "queue" else "ik", rest)
        return self._other(operation, rest)

    def _account(self, name: str) -> Answer:
        if name == "ghost":
            return 77, "", "jupyterhub-hpc: ghost has no account here.\n"
        fields = {"name": name, "uid": 2001, "home": f"/home/{name}", "shell": "/bin/bash"}
        return 0, f"{json.dumps(fields)}\n", ""

    def _submit(self, user: str, stdin: str, environment: dict[str, str]) -> Answer:
        if self.refuse and not self.refuse_late:
            return 1, "", self.refuse
        job_id = str(1000 + len(self.jobs))
        self.jobs[job_id] = FakeJob(user, stdin, environment)
        if self.on_submit:
            self.on_submit(job_id, self.jobs[job_id])
        return (0, f"{job_id}\n", "") if not self.refuse else (1, "", self.refuse)

    def _list(self, fields: str, users: list[str]) -> Answer:
        lines = [
            "|".join(_fields(job_id, job)[field] for field in fields)
            for job_id, job in self.jobs.items()
            if (not users or job.user in users) and self.private == "none"
        ]
        return 0, "".join(f"{line}\n" for line in lines), ""

    def _cancel(self, job_id: str) -> Answer:
        job = self.jobs.get(job_id)
        if job is None:
            return 1, "", "scancel: error: Kill job error on job id: Invalid job id specified"
        job.state = "CANCELLED"
        return 0, "", ""

    def _other(self, operation: str, rest: list[str]) -> Answer:
        if operation == "partitions":
            return 0, self.partitions, ""
        if operation == "privacy":
            return 0, f"MinJobAge               = 300 sec\nPrivateData             = {self.private}\n", ""
        job = self.jobs.get(rest[0]) if rest else None
        return 0, f"JobId={rest[0] if rest else ''} ExitCode={job.exit_code if job else 0}:0\n", ""


def _fields(job_id: str, job: FakeJob) -> dict[str, str]:
    return {"i": job_id, "u": job.user, "T": job.state, "B": job.host, "S": "N/A", "k": job.comment, "r": job.reason}


class FakeLoginNode:
    """An SSH server on loopback."""

    def __init__(self, slurm: FakeSlurm, directory: Path, name: str) -> None:
        self.slurm = slurm
        self.name = name
        self.port = 0
        self.connections = 0
        self.most_at_once = 0  # commands
        self._at_once = 0
        self.hang: Awaitable[object] | None = None  # commands wait for it before they answer
        self.hang_on = ""  # only those with this word do
        self.refuse = False  # take no command on a connection
        self.says: Answer | None = None  # to every command, and does nothing
        self.drop = False  # do the command, and drop the connection instead of answering
        self._host_key = asyncssh.generate_private_key("ssh-ed25519")
        self._directory = directory
        self._server: asyncssh.SSHAcceptor | None = None
        self._open: list[asyncssh.SSHServerConnection] = []
        client_key = directory / "id_ed25519"
        if not client_key.exists():
            key = asyncssh.generate_private_key("ssh-ed25519")
            key.write_private_key(str(client_key))
            key.write_public_key(str(directory / "authorized_keys"))

    async def start(self) -> None:
        node = self

        class Server(asyncssh.SSHServer):
            def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
                node.connections += 1
                node._open.append(conn)

            def session_requested(self) -> "SSHServerProcess[str] | bool":
                return not node.refuse and SSHServerProcess(node._process, None, 3, False)

        self._server = await asyncssh.create_server(
            Server,
            "127.0.0.1",
            self.port,
            server_host_keys=[self._host_key],
            authorized_client_keys=str(self._directory / "authorized_keys"),
        )
        self.port = self._server.get_port()

    async def stop(self) -> None:
        for connection in self._open:
            connection.abort()
        self._open.clear()
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    def known_hosts_line(self) -> str:
        return f"[127.0.0.1]:{self.port} {self._host_key.export_public_key().decode().strip()}\n"

    def description(self) -> dict[str, object]:
        return {"name": self.name, "address": "127.0.0.1", "port": self.port}

    async def _process(self, process: "asyncssh.SSHServerProcess[str]") -> None:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await self._answer(process)
        finally:
            self._at_once -= 1

    async def _answer(self, process: "asyncssh.SSHServerProcess[str]") -> None:
        stdin = await process.stdin.read()
        status, out, err = self.says or self.slurm.answer(shlex.split(process.command or ""), stdin, dict(process.env))
        if self.hang and self.hang_on in (process.command or ""):
            await self.hang
        if self.drop:
            for connection in self._open:
                connection.abort()
            return
        process.stdout.write(out)
        process.stderr.write(err)
        process.exit(status)


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
