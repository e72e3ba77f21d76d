"""Which partition a key belongs to: murmur2 as Kafka's Java client computes it.

Client libraries do not agree on a default, so every writer of this project names the partition
itself, and readers check it. The golden vectors beside this file let a subscriber check its own.
"""

import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from struct import pack, unpack, unpack_from

_SEED = 0x9747B28C
_FACTOR = 0x5BD1E995
_WORD = 0xFFFFFFFF
_POSITIVE = 0x7FFFFFFF
WORD_BYTES, LANE_BYTES = 4, 8
_LANE_MASK = b"\xff" * WORD_BYTES + bytes(LANE_BYTES - WORD_BYTES)


def partition_of(key: str, partitions: int) -> int:
    """The partition number, 0 to `partitions` - 1, of a key of UTF-8 text."""
    if partitions < 1:
        raise ValueError(f"partitions must be at least 1, not {partitions}")
    return (murmur2(key.encode()) & _POSITIVE) % partitions


def partitions_of(keys: Sequence[bytes], partitions: int) -> list[int]:
    """The partition numbers of many keys: the same as `partition_of`, several times as fast."""
    numbers = [0] * len(keys)
    by_length: defaultdict[int, list[int]] = defaultdict(list)
    for at, key in enumerate(keys):
        by_length[len(key)].append(at)
    for length, places in by_length.items():
        of_length = [keys[at] for at in places]
        whole_words = length and not length % WORD_BYTES
        hashes = _murmur2_of_many(of_length) if whole_words else map(murmur2, of_length)
        for at, hash_ in zip(places, hashes, strict=True):
            numbers[at] = (hash_ & _POSITIVE) % partitions
    return numbers


def _murmur2_of_many(keys: Sequence[bytes]) -> Iterable[int]:
    """`murmur2` of keys of one length, a multiple of a word.

    One long whole number holds a word of each key, in lanes of 64 bits: a product of two words has
    room there, so that each step is done for all keys at once.
    """
    length, lanes = len(keys[0]), len(keys)
    words = array("I", b"".join(keys))
    if sys.byteorder == "big":
        words.byteswap()
    mask = int.from_bytes(_LANE_MASK * lanes, "little")
    hash_ = int.from_bytes((_SEED ^ length).to_bytes(LANE_BYTES, "little") * lanes, "little")
    count = length // WORD_BYTES
    for at in range(count):
        word = int.from_bytes(_lanes(words[at::count]), "little")
        mixed = word * _FACTOR & mask
        mixed = (mixed ^ mixed >> 24 & mask) * _FACTOR & mask
        hash_ = hash_ * _FACTOR & mask ^ mixed
    hash_ = (hash_ ^ hash_ >> 13 & mask) * _FACTOR & mask
    hash_ ^= hash_ >> 15 & mask
    return unpack(f"<{lanes}Q", hash_.to_bytes(lanes * LANE_BYTES, "little"))


def _lanes(words: "array[int]") -> bytes:
    return pack(f"<{len(words)}Q", *words)


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
