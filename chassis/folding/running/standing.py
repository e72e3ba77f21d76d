"""How far a process has come: as metrics, and as offsets in its group."""

from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from chassis.folding.fold import Fold
from chassis.folding.running.completeness import show_completeness
from chassis.folding.running.partition import STANDINGS, Partition
from chassis.metrics import METRICS
from chassis.reader.lag import Lag


async def show_standing(
    fold: Fold,
    consumer: AIOKafkaConsumer,
    partitions: Mapping[int, Partition],
    lags: Mapping[str, Lag],
) -> None:
    """Set the gauges, and commit offsets for tools that show lag. `lags` are by input topic."""
    ledgers = [partition.ledger for partition in partitions.values()]
    METRICS.gaps_open.labels(fold.name).set(sum(ledger.ahead for ledger in ledgers))
    show_roles(fold, partitions.values())
    offsets: dict[TopicPartition, int] = {}
    for name, lag in lags.items():
        for number, partition in partitions.items():
            offsets[TopicPartition(name, number)] = partition.ledger.input(name).next_offset
        await lag.show(consumer, set(partitions))
        stopped = sum(name in partition.stopped for partition in partitions.values())
        METRICS.partitions_stopped.labels(fold.name, name).set(stopped)
    show_completeness(fold, ledgers)
    if offsets:  # the client takes none for an error
        with suppress(KafkaError):  # a rebalance is under way
            await consumer.commit(offsets)


def show_roles(fold: Fold, partitions: Collection[Partition]) -> None:
    """Set the gauge of what this process folds now."""
    found = Counter(each.standing for each in partitions)
    for standing in STANDINGS:
        METRICS.partitions_folded.labels(fold.name, standing).set(found[standing])
