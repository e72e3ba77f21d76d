"""What keeps a recording from being made, read or replayed."""


class RecordingError(Exception):
    """One line for the person who asked. `option` is what they have to change, where it is one."""

    def __init__(self, message: str, option: str | None = None) -> None:
        super().__init__(message)
        self.option = option


class BrokerError(RecordingError):
    """The broker cannot be reached, or does not do what was asked for."""


class CutOffError(RecordingError):
    """A file ends inside a frame or line. What stands before the byte `good` is whole."""

    def __init__(self, message: str, good: int) -> None:
        super().__init__(message)
        self.good = good
