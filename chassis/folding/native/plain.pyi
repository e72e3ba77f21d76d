from collections.abc import Callable, Sequence
from typing import Any

class FastPlainReader:
    def __init__(
        self,
        fact: type[tuple[Any, ...]],
        source: bytes,
        content_type: bytes,
        types: dict[bytes, tuple[str, Callable[[bytes], Any]]],
        partitions: int,
        time: Callable[[bytes], str],
        last_ordinal: int,
        longest_headers: int,
        unreadable: tuple[type[Exception], ...],
    ) -> None: ...
    def read(self, records: Sequence[Any]) -> list[Any]: ...
