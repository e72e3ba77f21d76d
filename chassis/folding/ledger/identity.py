"""What shows that a log is the one that was folded: its last record, and where that stood."""

from hashlib import sha256
from typing import NamedTuple, Self

from chassis.reader.quarantine import Record


class LastRecord(NamedTuple):
    """The last record that was folded of an input topic; `hash` is that of all that it says."""

    offset: int
    hash: bytes

    @classmethod
    def of(cls, offset: int | None, hash_: bytes | None) -> Self | None:
        return None if offset is None or hash_ is None else cls(offset, hash_)


def last_record(record: Record) -> LastRecord:
    """Key, value, headers and timestamp go into the hash, each with its length."""
    total = sha256(b"%d " % record.timestamp)
    parts = [record.key, record.value]
    for name, value in record.headers:
        parts += [name.encode(), value]
    for part in parts:
        total.update(b"-" if part is None else b"%d:" % len(part) + part)
    return LastRecord(record.offset, total.digest())
