"""However the partitions are read, and however many days they close at once: the same bytes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.folding.national.nation import Nation
from chassis.folding.publishing.about import about_a_day
from contracts import topics
from contracts.export_metrics import (
    ExporterCell,
    ExporterContribution,
    ExposureCell,
    ExposureContribution,
    PartitionClosed,
)
from contracts.nation import ExportersCounted, ExposureMeasured, NationalDayClosed
from contracts.topic import Topic
from services.export_metrics.national import NATIONAL
from services.export_metrics.outputs import ExportFigures
from services.export_metrics.settings import INPUTS
from services.export_metrics.tests import naive_national
from services.export_metrics.tests.events import FakeRecord, uuid_of

PARTITIONS = 3
FIRST = date(2026, 1, 29)
DAYS = 4
Contribution = ExporterContribution | ExposureContribution


class FewPartitions(ExportFigures):
    def statistics(self, generation: int) -> Topic:
        return replace(topics.statistics(generation), partitions=PARTITIONS)


FOLD = replace(NATIONAL, figures=FewPartitions())
EXPORTER_CELLS = st.builds(
    ExporterCell,
    month=st.sampled_from(["2024-12", "2025-02", "2026-01", "2026-02", "2026-03"]),
    exporter=st.sampled_from([uuid_of(name) for name in "abc"]),
    region=st.sampled_from(["MA-03", "MA-11"]),
    exporter_kind=st.sampled_from(["artisan", "enterprise"]),
    women_led=st.just("yes"),
)
EXPOSURE_CELLS = st.builds(
    ExposureCell, debtor=st.sampled_from(["ann", "bob"]), country=st.sampled_from(["FR", "US"])
)


@dataclass
class Play:
    """What each partition published, in its order, and of that what counts at last.

    `compacted` is how many records of each log compaction went through: what was told again among
    them stands where it was told last, behind the closing of its day. So nobody decides before.
    """

    logs: list[list[FakeRecord]]
    compacted: list[int]
    known: list[Contribution]
    exports_closed: date
    all_closed: date

    def __repr__(self) -> str:
        keys = ([(each.key or b"").decode() for each in log] for log in self.logs)
        return f"{self.compacted} {list(keys)}"


def record(partition: int, event: Any) -> FakeRecord:
    key, value, headers = about_a_day("urn:x", event, event.record_key(), FIRST)
    return FakeRecord(0, key, value, tuple(headers), partition)


@st.composite
def plays(draw: st.DrawFn) -> Play:
    play = Play([], [], [], FIRST + timedelta(days=DAYS - 1), date.max)
    for partition in range(PARTITIONS):
        log: list[FakeRecord] = []
        before: list[Contribution] = []
        barrier = 0
        for number in range(1, DAYS + 1):
            of_day: list[Contribution] = draw(exported(partition, day_of(number)))
            decided_to = draw(st.integers(barrier, number))
            for late in range(barrier + 1, decided_to + 1):
                of_day += draw(owed(partition, day_of(late)))
            barrier = decided_to
            told = draw(st.lists(st.sampled_from(of_day), max_size=3) if of_day else st.just([]))
            log += [record(partition, early(event)) for event in told]
            log += [record(partition, event) for event in of_day]
            closes: bool = draw(st.booleans())
            if closes or number == DAYS:
                log.append(record(partition, closing(partition, number, barrier)))
            before += of_day
            again: bool = draw(st.booleans())
            if before and again:
                log.append(record(partition, draw(st.sampled_from(before))))  # told again
        left, rest = draw(compacted(log))
        play.logs.append([*left, *rest])
        play.compacted.append(len(left))
        play.known += before
        play.all_closed = min(play.all_closed, day_of(barrier))
    return play


def day_of(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


def early(event: Contribution) -> Contribution:
    """What was told while the day was open."""
    numbers = {"fob_mad_centimes": 0, "shipments": 5, "open_mad_centimes": 7}
    fields = numbers.keys() & type(event).model_fields.keys()
    return event.model_copy(update={name: numbers[name] for name in fields})


@st.composite
def exported(draw: st.DrawFn, partition: int, day: date) -> list[Contribution]:
    found = draw(st.dictionaries(EXPORTER_CELLS, st.integers(-2, 2), max_size=3))
    return [
        ExporterContribution(
            generation=1,
            partition=partition,
            knowledge_day=day,
            cell=cell,
            fob_mad_centimes=shipments * 100,
            shipments=shipments,
        )
        for cell, shipments in found.items()
    ]


@st.composite
def owed(draw: st.DrawFn, partition: int, day: date) -> list[Contribution]:
    found = draw(st.dictionaries(EXPOSURE_CELLS, st.integers(-9, 9), max_size=2))
    return [
        ExposureContribution(
            generation=1,
            partition=partition,
            knowledge_day=day,
            cell=cell,
            open_mad_centimes=centimes,
        )
        for cell, centimes in found.items()
    ]


def closing(partition: int, number: int, barrier: int) -> PartitionClosed:
    """The exports of a day are closed; the other sources have closed no more than `barrier`."""
    exports, *others = (topic.name for topic in INPUTS)
    sources = {exports: day_of(number)}
    if barrier:
        sources |= {others[0]: day_of(barrier), others[1]: day_of(number)}
    return PartitionClosed(
        generation=1, partition=partition, through=day_of(number), held=0, sources=sources
    )


@st.composite
def compacted(draw: st.DrawFn, log: list[FakeRecord]) -> tuple[list[FakeRecord], list[FakeRecord]]:
    """What is left of the beginning of a log without what comes again in it, and the rest."""
    end = draw(st.integers(0, len(log)))
    last = {each.key: at for at, each in enumerate(log[:end])}
    return [each for at, each in enumerate(log[:end]) if last[each.key] == at], log[end:]


def decided(
    play: Play, steps: Iterable[tuple[int, int, bool]]
) -> tuple[dict[int, list[tuple[Any, ...]]], dict[int, list[date]]]:
    """All records of each subject in their order, after reading in these steps, and then the rest.

    A step is a partition, how many of its records are read, and whether days are decided then.
    """
    nation = Nation(FOLD, 1)
    left = [iter(log) for log in play.logs]
    unread = list(play.compacted)
    records: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    days: dict[int, list[date]] = defaultdict(list)
    rest = [(partition, 10_000, True) for partition in range(PARTITIONS)]
    for partition, number, decides in [*steps, *rest]:
        nation.take(partition, list(islice(left[partition], number)))
        unread[partition] -= number
        for decision in nation.due() if decides and max(unread) <= 0 else ():
            days[decision.number].append(decision.day)
            records[decision.number] += [
                (key, value, tuple(headers)) for key, value, headers in decision.records
            ]
    nation.close()
    return records, days


STEPS = st.lists(
    st.tuples(st.integers(0, PARTITIONS - 1), st.integers(1, 6), st.booleans()), max_size=25
)


@settings(max_examples=60, deadline=None)
@given(plays(), STEPS)
def test_however_partitions_are_read_the_bytes_are_the_same(
    play: Play, steps: list[tuple[int, int, bool]]
) -> None:
    at_once, in_steps = decided(play, []), decided(play, steps)

    assert in_steps == at_once
    for number, records in at_once[0].items():
        assert len({key for key, _, _ in records}) == len(records) - len(at_once[1][number]) + 1


def changes(records: list[tuple[Any, ...]]) -> dict[date, naive_national.Figures]:
    """What is said of each day, by the contracts; the closings must be those of the days."""
    found: dict[date, naive_national.Figures] = {}
    since: naive_national.Figures = {}
    for _, value, headers in records:
        name = dict(headers)["ce_type"].decode().split(".")[-2]
        if name == ExportersCounted.__name__:
            counted = ExportersCounted.model_validate_json(value)
            since[counted.months, counted.last_month, *counted.group.key()] = counted.exporters
        elif name == ExposureMeasured.__name__:
            measured = ExposureMeasured.model_validate_json(value)
            whose = measured.debtors.debtor or "", measured.debtors.country or ""
            since[whose] = measured.open_mad_centimes
        else:
            found[NationalDayClosed.model_validate_json(value).through] = since
            since = {}
    assert not since, "the closing comes last"
    return found


@settings(max_examples=60, deadline=None)
@given(plays())
def test_each_day_says_what_the_naive_count_says(play: Play) -> None:
    records, _ = decided(play, [])

    exported = [each for each in play.known if isinstance(each, ExporterContribution)]
    counted = naive_national.said(exported, play.exports_closed, naive_national.exporters)
    assert changes(records[0]) == counted
    owed = [each for each in play.known if isinstance(each, ExposureContribution)]
    measured = naive_national.said(owed, play.all_closed, naive_national.exposure)
    assert changes(records[1]) == measured
