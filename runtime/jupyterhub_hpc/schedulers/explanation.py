"""What happened to a job, in words for its user."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """One happening: each scheduler fills it in from its own tables."""

    what: str  # whole sentences that name the job
    said: str = ""  # the scheduler's own words, on one line, or empty
    next_step: str = ""  # what the user can do, as a whole sentence, or empty

    @property
    def sentence(self) -> str:
        """What happened, with the scheduler's own words."""
        return f"{self.what.removesuffix('.')} ({self.said.removesuffix('.')})." if self.said else self.what

    def __str__(self) -> str:
        return f"{self.sentence} Next: {self.next_step}" if self.next_step else self.sentence


def one_line(text: str, most: int = 1000) -> str:
    """Words from elsewhere, fit for a log and a page: on one line, without control characters, not endless."""
    words = " / ".join(line.strip() for line in text.splitlines() if line.strip())
    plain = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in words)
    return plain if len(plain) <= most else f"{plain[:most]}..."
