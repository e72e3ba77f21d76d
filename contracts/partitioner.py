"""Which partition a key belongs to: murmur2 as Kafka's Java client computes it.

Client libraries do not agree on a default, so every writer of this project names the partition
itself. The golden vectors beside this file let a subscriber check its own.
"""

from aiokafka.partitioner import murmur2


def partition_of(key: str, partitions: int) -> int:
    """The partition number, 0 to `partitions` - 1, of a key of UTF-8 text."""
    if partitions < 1:
        raise ValueError(f"partitions must be at least 1, not {partitions}")
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % partitions
