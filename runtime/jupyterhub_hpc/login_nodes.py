"""The login nodes together: commands go to the first that answers."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from traitlets import Dict, Float, List, Unicode
from traitlets.config import SingletonConfigurable

from .errors import MEANWHILE, CommandFailed, Unanswered, Unreachable
from .local_node import LocalNode
from .login_node import Access, LoginNode, Result
from .metrics import LOGIN_NODE_FAILURES

REFUSED = "jupyterhub-hpc: "  # what the login nodes' program puts in front of its own words
_UNABLE = (69, 127)  # exit statuses: it cannot do on that node what may be asked of it, or it is not there

Node = LoginNode | LocalNode


class LoginNodes(SingletonConfigurable):
    """Runs commands on the cluster's login nodes: over persistent SSH connections, or on this host; with failover."""

    user = Unicode("jupyterhub", help="Account on the login nodes.").tag(config=True)
    nodes = List(
        Dict(),
        help="name, address and port of each, in the order they are tried; name and program of one that is this host.",
    ).tag(config=True)
    key_file = Unicode(help="The hub's private key.").tag(config=True)
    known_hosts_file = Unicode(help="Pinned host keys. There is no way to do without.").tag(config=True)
    connect_timeout = Float(5, help="Seconds to wait for a connection.").tag(config=True)
    command_timeout = Float(30, help="Seconds to wait for one command.").tag(config=True)
    probe_interval = Float(3, help="Seconds between attempts to reach a node that is down.").tag(config=True)
    put_back = Float(30, help="Seconds for which a node that left a command unanswered is tried last.").tag(config=True)
    forwarded_environment = List(Unicode(), help="Names that may be sent with a command; no other is.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        access = Access(self.user, self.key_file, self.known_hosts_file, self.connect_timeout, self.probe_interval)
        self._nodes: list[Node] = [
            LocalNode(n["name"], n["program"], self.log)
            if "program" in n
            else LoginNode(n["name"], n["address"], int(n.get("port", 22)), access, self.log)
            for n in self.nodes
        ]
        self._failed: dict[str, float] = {}
        self._checks: dict[str, asyncio.Task[bool]] = {}
        for node in self._nodes:
            LOGIN_NODE_FAILURES.labels(node.name)

    def _order(self) -> list[Node]:
        recently = time.monotonic() - self.put_back
        return sorted(self._nodes, key=lambda node: self._failed.get(node.name, recently) > recently)

    async def run(
        self,
        argv: Sequence[str],
        *,
        stdin: str = "",
        environment: Mapping[str, str] | None = None,
        repeatable: bool,
        timeout: float | None = None,
    ) -> Result:
        """Run a command on the first login node that answers.

        Args:
            argv: the command and its arguments
            stdin: its input
            environment: sent with it, as far as the names are listed in `forwarded_environment`
            repeatable: doing it twice does no harm, so that it may be tried on the next node when no answer came
            timeout: seconds; `command_timeout` when not given

        Returns:
            the first node's result that says more than that this node cannot do it; if all say that, the first one's

        Raises:
            Unreachable: it was not run anywhere
            Unanswered: it was sent, and what became of it is unknown; all nodes were tried when it is repeatable
        """
        allowed = set(self.forwarded_environment)
        sent = {name: value for name, value in (environment or {}).items() if name in allowed}
        problems: list[Unreachable | Unanswered] = []
        unable: list[Result] = []
        for node in self._order():
            try:
                result = await node.run(argv, stdin=stdin, environment=sent, timeout=timeout or self.command_timeout)
            except Unreachable as error:
                problems.append(error)
            except Unanswered as error:
                self._note_failure(node, str(error))
                problems.append(error)
                if not repeatable:
                    raise
            else:
                if not _unable(result, repeatable):
                    self._failed.pop(node.name, None)
                    return result
                self._note_failure(node, failure(argv, result))
                unable.append(result)
        if unable:
            return unable[0]
        said = " ".join(map(str, problems))
        if any(isinstance(problem, Unanswered) for problem in problems):
            raise Unanswered(f"The cluster does not answer: {said} {MEANWHILE}")
        raise Unreachable(f"No login node of the cluster can be used: {said} {MEANWHILE}")

    def _note_failure(self, node: Node, what: str) -> None:
        self._failed[node.name] = time.monotonic()
        self.log.warning("login node %s: %s", node.name, what)
        LOGIN_NODE_FAILURES.labels(node.name).inc()

    async def output(self, argv: Sequence[str], *, repeatable: bool, **kwargs: Any) -> str:
        """Run a command as `run` does, and return what it printed.

        Raises:
            CommandFailed: it exited with another status than 0
        """
        result = await self.run(argv, repeatable=repeatable, **kwargs)
        if result.exit_status != 0:
            raise CommandFailed(failure(argv, result), result.exit_status, result.stderr.strip())
        return result.stdout

    async def check(self, patience: float) -> dict[str, bool]:
        """Which login nodes there is a connection to, by name: none to one that took longer than `patience` seconds."""
        for node in self._nodes:
            if node.name not in self._checks or self._checks[node.name].done():
                self._checks[node.name] = asyncio.create_task(node.check())
        if self._checks:
            await asyncio.wait(self._checks.values(), timeout=patience)
        return {name: check.done() and not check.cancelled() and check.result() for name, check in self._checks.items()}

    def close(self) -> None:
        """End all connections."""
        for node in self._nodes:
            node.disconnect()


def _unable(result: Result, repeatable: bool) -> bool:
    """Whether another node should be asked: this one's program did nothing, or what it did may be done again."""
    return result.exit_status in _UNABLE and (repeatable or "timed out" not in result.stderr)


def failure(argv: Sequence[str], result: Result) -> str:
    """Words for a request that failed: the node, the words of its program or of the scheduler, and the next step."""
    said = result.stderr.strip()[-2000:] or f"exit status {result.exit_status}"
    if said.startswith(REFUSED):
        return f"{result.node}: {said.removeprefix(REFUSED)}"
    if "sudo:" in said or result.exit_status == 127:
        return (
            f"On {result.node}, {argv[0]} could not be done: {said} "
            "Next: pulumi preview shows what differs there from the stack's configuration."
        )
    return f"On {result.node}, {argv[0]}: {said}"
