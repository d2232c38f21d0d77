"""One login node: a persistent SSH connection, over which commands run as channels."""

import asyncio
import logging
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncssh

from .errors import Unanswered, Unreachable
from .metrics import COMMAND_SECONDS

MAX_OUTPUT = 16 * 1024 * 1024
SESSIONS = 8  # commands at once on one connection: sshd's MaxSessions is 10, and what is over it would be refused


@dataclass(frozen=True)
class Access:
    """How every login node is logged in to."""

    user: str
    key_file: str
    known_hosts_file: str
    connect_timeout: float  # seconds
    probe_interval: float = 3  # seconds between attempts to reach a node that is down


@dataclass(frozen=True)
class Result:
    """What a command left."""

    node: str
    exit_status: int | None
    stdout: str
    stderr: str


class LoginNode:
    """A login node. Connects when first used, and again when the connection was lost.

    Only the first command waits for a node that does not answer: later ones fail at once, until a probe gets through.
    """

    def __init__(self, name: str, address: str, port: int, access: Access, log: logging.Logger) -> None:
        self.name = name
        self.address = address
        self.port = port
        self.down = ""  # why it cannot be used; empty: it can, as far as is known
        self._access = access
        self._log = log
        self._connection: asyncssh.SSHClientConnection | None = None
        self._commands: Counter[asyncssh.SSHClientConnection] = Counter()  # that run, by connection
        self._probe: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._sessions = asyncio.Semaphore(SESSIONS)

    async def _connected(self) -> asyncssh.SSHClientConnection:
        async with self._lock:
            if self._connection is not None and not self._connection.is_closed():
                return self._connection
            if self.down:
                raise Unreachable(self.down)
            try:
                self._connection = await self._connect()
            except Unreachable as error:
                self.down = str(error)
                self._log.warning("login node %s is down: %s", self.name, error)
                self._probe = asyncio.create_task(self._probe_until_up())
                raise
            return self._connection

    async def _probe_until_up(self) -> None:
        while self.down:
            await asyncio.sleep(self._access.probe_interval)
            try:
                self._connection = await self._connect()
            except Unreachable as error:
                if str(error) != self.down:
                    self.down = str(error)
                    self._log.warning("login node %s is down: %s", self.name, error)
            else:
                self.down = ""
                self._log.warning("login node %s answers again", self.name)

    async def _connect(self) -> asyncssh.SSHClientConnection:
        access = self._access
        try:
            return await asyncio.wait_for(
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
                    keepalive_interval=3,  # a node that was cut off is noticed within 9 s
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
                f"{self.name} ({self.address}, port {self.port}) does not answer ({str(error) or 'timeout'})."
            ) from error

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
            connection = await self._connected()
            self._commands[connection] += 1
            try:
                with COMMAND_SECONDS.labels(argv[0]).time():
                    return await self._run_on(connection, argv, stdin, environment, timeout)
            finally:
                self._commands[connection] -= 1
                self._close_unused(connection)

    async def _run_on(
        self,
        connection: asyncssh.SSHClientConnection,
        argv: Sequence[str],
        stdin: str,
        environment: Mapping[str, str],
        timeout: float,
    ) -> Result:
        try:
            process = await asyncio.wait_for(
                connection.create_process(shlex.join(argv), env=dict(environment), errors="replace"),
                self._access.connect_timeout + 5,
            )
        except (OSError, asyncssh.Error, TimeoutError) as error:
            self._retire(connection)
            if isinstance(error, asyncssh.ChannelOpenError) and error.code != asyncssh.OPEN_REQUEST_SESSION_FAILED:
                raise Unreachable(f"{self.name} takes no command on its connection ({error}).") from error
            raise Unanswered(f"{self.name} ended the connection ({str(error) or 'timeout'}).") from error
        try:
            async with asyncio.timeout(timeout):
                process.stdin.write(stdin)
                process.stdin.write_eof()
                stdout, stderr = await asyncio.gather(_read(process.stdout), _read(process.stderr))
                await process.wait_closed()
        except (OSError, asyncssh.Error, TimeoutError) as error:
            self._retire(connection)
            raise Unanswered(
                f"{self.name} gave no answer to {argv[0]} ({str(error) or f'within {timeout:g} s'})."
            ) from error
        finally:
            process.close()  # also when the one who asked is no longer there
        if process.exit_status is None and process.exit_signal is None:
            raise Unanswered(f"{self.name} ended the connection during {argv[0]}.")
        return Result(self.name, process.exit_status, stdout, stderr)

    async def check(self) -> bool:
        """Whether there is a connection; one is made if there was none yet."""
        try:
            await self._connected()
        except Unreachable:
            return False
        return True

    def _retire(self, connection: asyncssh.SSHClientConnection) -> None:
        """Give no new command to a connection on which one got no answer. Those that run on it may yet get theirs."""
        if self._connection is connection:
            self._connection = None

    def _close_unused(self, connection: asyncssh.SSHClientConnection) -> None:
        if self._commands[connection] == 0:
            del self._commands[connection]
            if connection is not self._connection:
                connection.abort()

    def disconnect(self) -> None:
        """Drop all connections and probes; the next command makes a new one."""
        if self._probe is not None:
            self._probe.cancel()
        self.down = ""
        for connection in {*self._commands, *([self._connection] if self._connection else [])}:
            connection.abort()
        self._connection = None


async def _read(stream: "asyncssh.SSHReader[str]") -> str:
    parts: list[str] = []
    size = 0
    while part := await stream.read(65536):
        size += len(part)
        if size > MAX_OUTPUT:
            raise OSError(f"more than {MAX_OUTPUT} characters of output")
        parts.append(part)
    return "".join(parts)
