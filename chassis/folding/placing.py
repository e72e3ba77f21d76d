"""Where an event belongs among those of its aggregate: each is placed once, in gapless order."""

from collections.abc import Iterable
from enum import Enum, auto

from chassis.folding import native

ID_BYTES = 16


class Placement(Enum):
    """How an event stands to those before it."""

    NEXT = auto()
    DUPLICATE = auto()
    CONFLICT = auto()
    """Another event has its ordinal. The first one stands."""
    AHEAD = auto()
    """One before it is missing: it has to wait."""


def id_bytes(event_id: str) -> bytes:
    """The 16 bytes of an event's id, which is a UUID."""
    return bytes.fromhex(event_id.replace("-", ""))


def keys_of(source: int, ids: Iterable[str]) -> list[bytes]:
    """The keys under which the states of these aggregates lie, in their order."""
    prefix = bytes((source,))
    return [prefix + id_bytes(id_) for id_ in ids]


if native.COMPILED:
    id_bytes, keys_of = native.placing.id_bytes, native.placing.keys_of


def next_ordinal(event_ids: bytes) -> int:
    """The ordinal that follows the events with these ids, 16 bytes each, in their order."""
    return len(event_ids) // ID_BYTES + 1


def place(event_ids: bytes, ordinal: int, event_id: bytes) -> Placement:
    """Where an event belongs after those placed before. `ordinal` counts from 1."""
    start = (ordinal - 1) * ID_BYTES
    placed = len(event_ids)
    if start == placed:
        return Placement.NEXT
    if start > placed:
        return Placement.AHEAD
    same = event_ids[start : start + ID_BYTES] == event_id
    return Placement.DUPLICATE if same else Placement.CONFLICT
