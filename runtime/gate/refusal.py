"""A request that is not granted. The words are shown to the user by the hub."""

MARK = "jupyterhub-hpc: "  # in front of words of this program, so that the hub can tell them from the scheduler's

NOT_A_REQUEST = 64
NO_INPUT = 66
UNAVAILABLE = 69
LIMIT_REACHED = 75
NOT_PERMITTED = 77


class Refusal(Exception):
    """Why, and the exit status that says so."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words
