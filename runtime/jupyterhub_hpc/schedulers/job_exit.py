"""How a job ended as the job script and the kernel tell it: the same with every scheduler."""

from dataclasses import dataclass

# Exit codes of the job scripts in templates/submit: what happened, and the user's next step.
CODES: dict[int, tuple[str, str]] = {
    80: (
        "the account on the compute node is another one than on the login node",
        "Show this to the people who run the cluster.",
    ),
    81: (
        "the home directory cannot be used on the compute node: it is missing, read-only or not yours",
        "Try again in some minutes; if it stays so, show this to the people who run the cluster.",
    ),
    82: (
        "the home directory is full, or over its quota: nothing can be written there",
        "Delete or move what you do not need, on a login node, and start again.",
    ),
    83: (
        "a module of the chosen environment could not be loaded",
        "Choose another environment, or show the log to the people who run the cluster.",
    ),
    84: (
        "the chosen environment is missing on the compute node, or has no jupyterhub",
        "Choose another environment, or show the log to the people who run the cluster.",
    ),
    86: (
        "what the hub hands over to it was not in the home directory: the compute node has another one than the login "
        "node, or the job was started twice",
        "Start again; if it stays so, show this to the people who run the cluster.",
    ),
    85: (
        "the server could not tell the hub its port: the compute node does not reach the hub",
        "Show the log to the people who run the cluster: the firewall between node and hub is the first guess.",
    ),
}

# Signals that end a job from outside it.
SIGNALS: dict[int, tuple[str, str]] = {
    6: ("it gave up (signal 6, SIGABRT)", "Look at the end of its log, and start again."),
    9: (
        "it was killed (signal 9, SIGKILL), most often for using more memory than it asked for",
        "Start again with more memory; if memory was not the reason, look at the end of its log.",
    ),
    11: ("it crashed (signal 11, SIGSEGV)", "Look at the end of its log, and start again."),
    15: ("it was told to end (signal 15, SIGTERM)", "Start again."),
}

LOG_FIRST = "Look at the end of its log, and start again."


@dataclass(frozen=True)
class JobExit:
    """What the scheduler recorded when a job ended."""

    code: int = 0
    signal: int = 0
    memory: str = ""  # what the job had asked for, in the scheduler's own words
    time_limit: str = ""  # likewise
    timed_out: bool = False  # it ran for as long as that
    failure: str = ""  # the scheduler's own words of an ending that was not the job's doing
    host: str = ""  # where it ran, if that is recorded
    known: bool = False  # there is a record of it; without one, what is above says nothing
