"""The outputs of a partition as records. Their ids and times derive from what they say.

`ce_time` of a trigger is the time of its evidence. What is said about a knowledge day is given the
beginning of that day, in UTC: it has no other time that every refold would find again.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from chassis.outbox import event_id
from contracts.codec import KafkaRecord, to_kafka
from contracts.envelope import Envelope, source_of
from contracts.event import Event
from contracts.export_metrics import (
    Cell,
    Contribution,
    Cursor,
    PartitionClosed,
    RiskTriggerConstituted,
)
from contracts.topics import RISK_TRIGGERS, cursors, statistics
from services.export_metrics.domain.changes import knowledge_day
from services.export_metrics.failpoints import failpoint
from services.export_metrics.ledger import cells
from services.export_metrics.ledger.closings import Closings
from services.export_metrics.ledger.rows import ContributionRow, TriggerRow
from services.export_metrics.ledger.store import Input, Unpublished
from services.export_metrics.settings import SERVICE

SOURCE = source_of(SERVICE)
CONSTITUTED, ENDED = 1, 2
"""Ordinals in the life of a trigger."""


class Output(NamedTuple):
    topic: str
    record: KafkaRecord


class Outputs:
    """Encodes the outputs of one partition number of one generation."""

    def __init__(self, generation: int, partition: int) -> None:
        self._generation = generation
        self._partition = partition
        self._statistics = statistics(generation).name
        self._cursors = cursors(generation).name

    def encode(self, unpublished: Unpublished, due: list[TriggerRow]) -> Iterator[Output]:
        """All records of a transaction, in their order. `due` are the triggers to be sent.

        Whoever sends one after the other comes back for the next when the last was sent.
        """
        for row in unpublished.contributions:
            yield self._contribution(row)
            failpoint("after-send-contribution")
        for trigger in due:
            yield _trigger(trigger)
            failpoint("after-send-trigger")
        if unpublished.closings is not None:
            yield self._closed(unpublished.closings, unpublished.inputs)
            failpoint("after-send-closing")
        yield self._cursor(unpublished)
        failpoint("after-send-cursor")

    def _contribution(self, row: ContributionRow) -> Output:
        day = date.fromisoformat(row.day)
        contribution = Contribution(
            generation=self._generation,
            partition=self._partition,
            knowledge_day=day,
            cell=Cell.model_validate(cells.from_text(row.cell)._asdict()),
            fob_mad_centimes=row.fob,
            net_mass_grams=row.grams,
            quantity_thousandths=row.quantity,
            shipments=row.shipments,
        )
        return _about_a_day(self._statistics, contribution, contribution.record_key(), day)

    def _closed(self, closings: Closings, inputs: Mapping[str, Input]) -> Output:
        closed = PartitionClosed(
            generation=self._generation,
            partition=self._partition,
            through=closings.through,
            held=closings.held,
            sources=closings.sources,
            offsets=_offsets(inputs),
        )
        return _about_a_day(self._statistics, closed, closed.record_key(), closings.through)

    def _cursor(self, unpublished: Unpublished) -> Output:
        inputs = unpublished.inputs
        cursor = Cursor(
            generation=self._generation,
            partition=self._partition,
            offsets=_offsets(inputs),
            barrier_day=unpublished.barrier_day,
        )
        opened = [input_.closed_through for input_ in inputs.values() if input_.closed_through]
        return _about_a_day(self._cursors, cursor, cursor.record_key(), knowledge_day(max(opened)))


def _offsets(inputs: Mapping[str, Input]) -> dict[str, int]:
    return {topic: input_.next_offset for topic, input_ in sorted(inputs.items())}


def _about_a_day(topic: str, event: Event, key: str, day: date) -> Output:
    data = event.encode()
    envelope = Envelope(
        id=event_id(SOURCE, key, 0, event.event_type(), data),
        source=SOURCE,
        type=event.event_type(),
        time=datetime.combine(day, time.min, UTC),
        subject=key,
        dataschema=event.dataschema(),
        data=data,
        partitionkey=key,
    )
    return Output(topic, to_kafka(envelope))


def _trigger(row: TriggerRow) -> Output:
    event = row.decoded()
    ordinal = CONSTITUTED if isinstance(event, RiskTriggerConstituted) else ENDED
    data = event.encode()
    envelope = Envelope(
        id=event_id(SOURCE, event.trigger_id, ordinal, event.event_type(), data),
        source=SOURCE,
        type=event.event_type(),
        time=datetime.fromisoformat(row.evidence_time),
        subject=event.trigger_id,
        dataschema=event.dataschema(),
        data=data,
        partitionkey=event.subject,
        sequence=ordinal,
        causationid=event.evidence[0].event_id,
    )
    return Output(RISK_TRIGGERS.name, to_kafka(envelope))
