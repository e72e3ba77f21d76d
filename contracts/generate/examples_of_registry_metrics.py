"""The golden examples of registry metrics: the cooperative of the carpet turns out women-led."""

from datetime import UTC, date, datetime

from contracts import registry_metrics, values
from contracts.event import Event
from contracts.generate.example import Example
from contracts.topics import (
    PRODUCER_GENERATION,
    REGISTRY_PRODUCERS,
    producer_cursors,
    producer_statistics,
)

PARTITION = 7
OFFSETS = {REGISTRY_PRODUCERS.name: 1_204}
DAY = date(2026, 10, 12)


def registry_metrics_examples() -> tuple[Example, ...]:
    def example(event: Event, topic: str, key: str) -> Example:
        midnight = datetime(2026, 10, 12, tzinfo=UTC)
        return Example(event, "registry-metrics", topic, key, key, None, midnight, PARTITION)

    figures = producer_statistics(PRODUCER_GENERATION).name
    contribution = registry_metrics.ProducerContribution(
        generation=PRODUCER_GENERATION,
        partition=PARTITION,
        knowledge_day=DAY,
        cell=registry_metrics.ProducerCell(
            chain="carpets-weaving",
            region="MA-08",
            kind=values.ProducerKind.COOPERATIVE,
            women_led=values.WomenLed.YES,
        ),
        producers=1,
    )
    closed = registry_metrics.PartitionClosed(
        generation=PRODUCER_GENERATION,
        partition=PARTITION,
        through=DAY,
        held=0,
        sources={REGISTRY_PRODUCERS.name: DAY},
        offsets=OFFSETS,
    )
    cursor = registry_metrics.Cursor(
        generation=PRODUCER_GENERATION,
        partition=PARTITION,
        offsets=OFFSETS,
        barrier_day=DAY,
    )
    return (
        example(contribution, figures, contribution.record_key()),
        example(closed, figures, closed.record_key()),
        example(cursor, producer_cursors(PRODUCER_GENERATION).name, cursor.record_key()),
    )
