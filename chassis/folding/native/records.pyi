class Record:
    """A Kafka record; see `chassis.reader.quarantine.Record`."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> tuple[tuple[str, bytes], ...]: ...

def records(
    batch: bytes,
    topic: str,
    partition: int,
    base_offset: int,
    base_timestamp: int,
    append_time: int,
    count: int,
) -> list[Record]: ...
