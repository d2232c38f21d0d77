"""The hub's own host as a login node: the same program as on any, started as a process."""

import asyncio
import logging
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence

from .errors import Unanswered, Unreachable
from .login_node import MAX_OUTPUT, SESSIONS, Result
from .metrics import COMMAND_SECONDS


class LocalNode:
    """Has the shape of a LoginNode. There is no connection to lose: a command is started, or it is not."""

    def __init__(self, name: str, program: str, log: logging.Logger) -> None:
        self.name = name
        self.down = ""  # why it cannot be used; empty: it can, as far as is known
        self._program = program
        self._log = log
        self._sessions = asyncio.Semaphore(SESSIONS)

    async def run(self, argv: Sequence[str], *, stdin: str, environment: Mapping[str, str], timeout: float) -> Result:
        """Run one command.

        Args:
            argv: the command and its arguments; no shell sees them
            stdin: its input
            environment: names and values it gets, and no others
            timeout: seconds until it is given up

        Raises:
            Unreachable: nothing was started
            Unanswered: it was started, and what became of it is unknown
        """
        async with self._sessions:
            with COMMAND_SECONDS.labels(argv[0]).time():
                process = await self._started(argv, environment)
                try:
                    return await self._answer(process, argv[0], stdin, timeout)
                finally:
                    if process.returncode is None:  # also when the one who asked is no longer there
                        process.kill()

    async def _started(self, argv: Sequence[str], environment: Mapping[str, str]) -> Process:
        try:
            process = await asyncio.create_subprocess_exec(
                self._program, *argv, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=dict(environment), cwd="/"
            )
        except (OSError, ValueError) as error:  # ValueError: a null byte in an argument
            down = f"{self.name} cannot start {self._program} ({error})."
            if down != self.down:
                self._log.warning("login node %s is down: %s", self.name, down)
            self.down = down
            raise Unreachable(f"{down} Next: pulumi preview shows what differs on that host.") from error
        self.down = ""
        return process

    async def _answer(self, process: Process, operation: str, stdin: str, timeout: float) -> Result:
        assert process.stdin and process.stdout and process.stderr  # noqa: S101  (they are pipes)
        try:
            async with asyncio.timeout(timeout):
                sent = asyncio.create_task(_send(process.stdin, stdin))
                stdout, stderr = await asyncio.gather(_read(process.stdout), _read(process.stderr))
                await process.wait()
                await sent
        except (OSError, TimeoutError) as error:
            said = str(error) or f"within {timeout:g} s"
            raise Unanswered(f"{self.name} gave no answer to {operation} ({said}).") from error
        return Result(self.name, process.returncode, stdout, stderr)

    async def check(self) -> bool:
        """Whether the program can be started."""
        return os.access(self._program, os.X_OK)

    def disconnect(self) -> None:
        """There is nothing to end: commands end by themselves or by their time limits."""


async def _send(stream: asyncio.StreamWriter, text: str) -> None:
    try:
        stream.write(text.encode())
        await stream.drain()
        stream.close()
    except ConnectionError:
        pass  # it did not want all of it, and says why


async def _read(stream: asyncio.StreamReader) -> str:
    parts: list[bytes] = []
    size = 0
    while part := await stream.read(65536):
        size += len(part)
        if size > MAX_OUTPUT:
            raise OSError(f"more than {MAX_OUTPUT} bytes of output")
        parts.append(part)
    return b"".join(parts).decode(errors="replace")
