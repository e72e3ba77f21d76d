"""A copy of an event that no reader can read."""

import hashlib
from uuid import UUID, uuid5

import msgspec

from console.recording.record import Record

_IDS = UUID("6f0a0f5e-2c8d-5a0b-9d53-0c7b6c1f4a11")
_ASCII = 0x80


def poisoned(record: Record, seed: int) -> Record | None:
    """The copy, with an id of its own and its data cut short or with one bit turned.

    What is left is no JSON, so a reader that wants the event must quarantine it. None for a record
    that is no event with an object as its data.
    """
    name = f"{seed}|{record.topic}|{record.partition}|{record.offset}"
    if not record.value or not _is_object(record.value):
        return None
    if sum(header == "ce_id" for header, _ in record.headers) != 1:
        return None
    digest = hashlib.blake2b(name.encode(), digest_size=9).digest()
    data = _broken(record.value, cut=bool(digest[8] & 1), draw=int.from_bytes(digest[:8]))
    identity = str(uuid5(_IDS, name)).encode()
    headers = tuple(
        (header, identity if header == "ce_id" else raw) for header, raw in record.headers
    )
    return record._replace(value=data, headers=headers)


def _broken(data: bytes, *, cut: bool, draw: int) -> bytes:
    """Without its end, an object is no JSON; with an ASCII byte above 127, no UTF-8."""
    if cut:
        return data[: 1 + draw % (len(data.rstrip()) - 1)]
    places = [place for place, byte in enumerate(data) if byte < _ASCII]
    place = places[draw % len(places)]
    return data[:place] + bytes([data[place] | _ASCII]) + data[place + 1 :]


def _is_object(data: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(data), dict)
    except msgspec.DecodeError:
        return False
