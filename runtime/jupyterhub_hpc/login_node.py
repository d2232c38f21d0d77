"""One login node: a persistent SSH connection, over which commands run as channels."""

import asyncio
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncssh

from .errors import Unanswered, Unreachable

MAX_OUTPUT = 16 * 1024 * 1024
SESSIONS = 8  # commands at once on one connection: sshd's MaxSessions is 10, and what is over it would be refused


@dataclass(frozen=True)
class Access:
    """How every login node is logged in to."""

    user: str
    key_file: str
    known_hosts_file: str
    connect_timeout: float  # seconds


@dataclass(frozen=True)
class Result:
    """What a command left."""

    node: str
    exit_status: int | None
    stdout: str
    stderr: str


class LoginNode:
    """A login node. Connects when first used, and again when the connection was lost."""

    def __init__(self, name: str, address: str, port: int, access: Access) -> None:
        self.name = name
        self.address = address
        self.port = port
        self._access = access
        self._connection: asyncssh.SSHClientConnection | None = None
        self._lock = asyncio.Lock()
        self._sessions = asyncio.Semaphore(SESSIONS)

    async def _connect(self) -> asyncssh.SSHClientConnection:
        async with self._lock:
            if self._connection is not None and not self._connection.is_closed():
                return self._connection
            access = self._access
            try:
                self._connection = await asyncio.wait_for(
                    asyncssh.connect(
                        self.address,
                        self.port,
                        username=access.user,
                        client_keys=[access.key_file],
                        known_hosts=access.known_hosts_file,
                        config=None,
                        agent_path=None,
                        gss_host=None,
                        preferred_auth=["publickey"],
                        keepalive_interval=5,
                        keepalive_count_max=2,
                    ),
                    access.connect_timeout,
                )
            except asyncssh.HostKeyNotVerifiable as error:
                raise Unreachable(
                    f"{self.name} ({self.address}) shows a host key that is not the pinned one ({error}). "
                    "Next: compare it with the key in the stack's configuration; nothing was sent."
                ) from error
            except asyncssh.PermissionDenied as error:
                raise Unreachable(
                    f"{self.name} ({self.address}) does not let {access.user} log in with the hub's key ({error}). "
                    "Next: pulumi preview shows what differs on that node."
                ) from error
            except (OSError, ValueError, asyncssh.Error, TimeoutError) as error:  # ValueError: a key that is none
                raise Unreachable(
                    f"{self.name} ({self.address}, port {self.port}) does not answer ({error or 'timeout'})."
                ) from error
            return self._connection

    async def run(self, argv: Sequence[str], *, stdin: str, environment: Mapping[str, str], timeout: float) -> Result:
        """Run one command.

        Args:
            argv: the command and its arguments; quoted here, and nowhere else
            stdin: its input
            environment: names and values sent with it, which the node's sshd must accept
            timeout: seconds until it is given up

        Raises:
            Unreachable: nothing was sent
            Unanswered: it was sent, and what became of it is unknown
        """
        async with self._sessions:
            connection = await self._connect()
            try:
                process = await asyncio.wait_for(
                    connection.create_process(shlex.join(argv), env=dict(environment), errors="replace"),
                    self._access.connect_timeout + 5,
                )
            except (OSError, asyncssh.Error, TimeoutError) as error:
                self._drop(connection)
                raise Unanswered(f"{self.name} ended the connection ({error or 'timeout'}).") from error
            try:
                async with asyncio.timeout(timeout):
                    process.stdin.write(stdin)
                    process.stdin.write_eof()
                    stdout, stderr = await asyncio.gather(_read(process.stdout), _read(process.stderr))
                    await process.wait_closed()
            except (OSError, asyncssh.Error, TimeoutError) as error:
                if connection.is_closed() or isinstance(error, TimeoutError):
                    self._drop(connection)
                raise Unanswered(
                    f"{self.name} gave no answer to {_command_name(argv)} ({error or f'within {timeout:g} s'})."
                ) from error
            finally:
                process.close()  # also when the one who asked is no longer there
        if process.exit_status is None and process.exit_signal is None:
            raise Unanswered(f"{self.name} ended the connection during {_command_name(argv)}.")
        return Result(self.name, process.exit_status, stdout, stderr)

    def _drop(self, connection: asyncssh.SSHClientConnection) -> None:
        """Drop a connection that failed, and not the newer one that another command may have made since."""
        connection.abort()
        if self._connection is connection:
            self._connection = None

    def disconnect(self) -> None:
        """Drop the connection; the next command makes a new one."""
        if self._connection is not None:
            self._drop(self._connection)


async def _read(stream: "asyncssh.SSHReader[str]") -> str:
    parts: list[str] = []
    size = 0
    while part := await stream.read(65536):
        size += len(part)
        if size > MAX_OUTPUT:
            raise OSError(f"more than {MAX_OUTPUT} characters of output")
        parts.append(part)
    return "".join(parts)


def _command_name(argv: Sequence[str]) -> str:
    return next((arg.rsplit("/", 1)[-1] for arg in argv if arg.startswith("/usr") or "/" in arg), argv[0])
