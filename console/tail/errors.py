"""What keeps `zarbia tail` from reading."""


class TailError(Exception):
    """One line for the person who asked. `option` is what they have to change, where it is one."""

    def __init__(self, message: str, option: str | None = None) -> None:
        super().__init__(message)
        self.option = option


class NoTopicError(TailError):
    """The topic is in the catalogue, and its owner has not created it yet."""
