"""Made-up events are those of the contract, and the totals are what follows from them."""

from collections import Counter
from dataclasses import replace

from bench.fold.__main__ import FOLDS
from bench.streams.events import MadeUp, Season
from chassis.folding.batch import BatchFold
from chassis.folding.changes import Fact, Known
from chassis.folding.reading.record import InputReader
from chassis.reader.outcome import Readable, read
from contracts.codec import from_kafka, to_kafka
from contracts.event import DayClosed
from contracts.topics import CONTROL, EXPORTS_SHIPMENTS
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.reading.data import READINGS
from services.export_metrics.tests.events import FakeRecord, Log

EVENTS = 2_000
DAY = "2026-03-02"
"""The day after the one that an opened log has closed."""


def season() -> tuple[list[MadeUp], Season]:
    made = Season(seed=7, events=EVENTS)
    return list(made.events(DAY, EVENTS)), made


def test_the_same_seed_gives_the_same_events() -> None:
    assert season()[0] == season()[0]


def test_each_is_to_the_byte_what_the_contract_writes() -> None:
    for event in season()[0]:
        record = to_kafka(from_kafka(event.key, event.value, event.headers))
        outcome = read(*event, topic=EXPORTS_SHIPMENTS, wanted=(*READINGS, *CONTROL))
        assert (event.key, event.headers) == (record.key, record.headers)
        assert isinstance(outcome, Readable)
        assert outcome.event.encode() == event.value


def test_there_are_one_to_three_events_of_a_shipment_and_some_copies() -> None:
    events = season()[0]
    ids = Counter(dict(event.headers)["ce_id"] for event in events)
    once = {dict(event.headers)["ce_id"]: event for event in events}.values()
    shipments = Counter(dict(event.headers)["ce_subject"] for event in once)
    assert set(shipments.values()) == {1, 2, 3}
    assert set(ids.values()) == {1, 2}


def test_the_fold_arrives_at_the_totals() -> None:
    events, made = season()
    reader = InputReader(EXPORT_STATISTICS, replace(EXPORTS_SHIPMENTS, partitions=1))
    records = Log().opened().records
    records += [
        FakeRecord(at, key, value, tuple(headers))
        for at, (key, value, headers) in enumerate(events, start=1)
    ]
    items = [item for item in reader.read(records) if isinstance(item, Fact | DayClosed)]

    folded = BatchFold(FOLDS["figures"], None).fold(list(enumerate(items)), Known(None, {}, {}))

    assert len(items) == EVENTS + 1
    assert {
        (day.isoformat(), tuple(cell)): total[1:]
        for day, of_day in folded.totals.items()
        for cell, total in of_day.items()
    } == made.totals
