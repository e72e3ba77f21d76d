"""What keeps `zarbia quarantine` from doing what was asked."""

from collections.abc import Sequence

from contracts.problem import Problem


class QuarantineError(Exception):
    """One line for the person who asked. `option` is what they have to change, where it is one."""

    def __init__(self, message: str, option: str | None = None) -> None:
        super().__init__(message)
        self.option = option


class OwnerRefusedError(QuarantineError):
    """The owner of the topic does not release it so. Holds all `problems` that it named."""

    def __init__(self, owner: str, problems: Sequence[Problem]) -> None:
        super().__init__(f"{owner} refuses")
        self.problems = problems
