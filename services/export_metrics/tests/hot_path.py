"""The hot path of reading, and the events that it is tried on."""

from chassis.folding.changes import Fact
from chassis.folding.reading.plain import PlainReader
from contracts.event import Event
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import INPUTS
from services.export_metrics.tests.events import (
    FakeRecord,
    Log,
    amended,
    cancelled,
    damaged,
    delivered,
    exported,
    goods,
    lost,
    restamped,
    uuid_of,
)

SHIPMENT = uuid_of("shipment")
EXAMPLES: list[Event] = [
    exported(),
    exported(goods(quantity=None)),
    delivered(),
    lost(),
    damaged("12.5"),
    amended(goods(3)),
    cancelled(),
    restamped("MA-11"),
]


def record(event: Event = EXAMPLES[0]) -> FakeRecord:
    return Log().append(SHIPMENT, 1, event).records[0]


PLAIN_READERS = {topic.name: PlainReader(topic, EXPORT_STATISTICS.reading_of()) for topic in INPUTS}


def plain(of: FakeRecord, topic: Topic = EXPORTS_SHIPMENTS) -> Fact | None:
    return PLAIN_READERS[topic.name].read(of)
