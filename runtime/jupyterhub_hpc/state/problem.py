"""What is wrong with the state, in words."""

from typing import NoReturn


class StateProblem(Exception):
    """The hub cannot run on this state, or a backup cannot be used.

    Attributes:
        code: short and fixed, for programs: `disk-full`, `database-damaged`, `schema-older`, ...
        for_people: one sentence for the hub's page; it holds nothing but what everybody may know
    """

    def __init__(self, code: str, message: str, next_step: str, for_people: str = "") -> None:
        super().__init__(f"{message} Next: {next_step}")
        self.code = code
        self.for_people = for_people or "Its state cannot be used."


def refuse(code: str, message: str, next_step: str, for_people: str = "") -> NoReturn:
    """Raise a StateProblem."""
    raise StateProblem(code, message, next_step, for_people)
