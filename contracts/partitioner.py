"""Which partition a key belongs to: murmur2 as Kafka's Java client computes it.

Client libraries do not agree on a default, so every writer of this project names the partition
itself, and readers check it. The golden vectors beside this file let a subscriber check its own.
"""

from struct import unpack_from

_SEED = 0x9747B28C
_FACTOR = 0x5BD1E995
_WORD = 0xFFFFFFFF
_POSITIVE = 0x7FFFFFFF


def partition_of(key: str, partitions: int) -> int:
    """The partition number, 0 to `partitions` - 1, of a key of UTF-8 text."""
    if partitions < 1:
        raise ValueError(f"partitions must be at least 1, not {partitions}")
    return (murmur2(key.encode()) & _POSITIVE) % partitions


def murmur2(data: bytes) -> int:
    """The hash as an unsigned word of 32 bits.

    Source: A. Appleby's MurmurHash2, public domain, with the seed that Kafka gives it. Written for
    speed: it is computed for each event, and clients in Python take twice as long.
    """
    length = len(data)
    words = length // 4
    hash_ = _SEED ^ length
    for word in unpack_from(f"<{words}I", data):
        mixed = word * _FACTOR & _WORD
        hash_ = hash_ * _FACTOR & _WORD ^ (mixed ^ mixed >> 24) * _FACTOR & _WORD
    if rest := data[words * 4 :]:
        hash_ = (hash_ ^ int.from_bytes(rest, "little")) * _FACTOR & _WORD
    hash_ = (hash_ ^ hash_ >> 13) * _FACTOR & _WORD
    return hash_ ^ hash_ >> 15
