"""What the Kafka client complains of while a tail follows: told once, until records come again."""

import logging
from collections.abc import Callable

CLIENT = logging.getLogger("aiokafka")


class Complaints(logging.Handler):
    """Silent until `listen`: what fails at the start ends the command, with an error of its own."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell
        self._told = True
        CLIENT.handlers = [self]
        CLIENT.propagate = False

    def listen(self) -> None:
        """From now on a complaint is told; again after the next call."""
        self._told = False

    def emit(self, record: logging.LogRecord) -> None:
        """Tell the first complaint."""
        if not self._told:
            self._told = True
            self._tell(f"the broker does not answer, trying on: {record.getMessage()}")
