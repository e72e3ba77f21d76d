"""Faults come from their seed alone, keep each partition's order and are counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.reader.outcome import Broken
from chassis.reader.outcome import read as as_a_reader
from console.recording.errors import RecordingError
from console.recording.faults import (
    DELAY,
    DISORDER,
    DUPLICATE,
    POISON,
    Faults,
    Injection,
    parse_delays,
    parse_share,
)
from console.recording.poison import poisoned
from console.recording.record import Record
from console.recording.timing import Step, steps
from console.tests.recorded import NAMES, TIME, by_place, recorded_example, streams
from contracts.catalogue import EVENTS
from contracts.event import Event
from contracts.topics import TOPICS

SHARES = st.sampled_from([Decimal(0), Decimal("0.3"), Decimal(1)])
FAULTS = st.builds(
    Faults,
    seed=st.integers(0, 9),
    duplicates=SHARES,
    disorder=SHARES,
    delays=SHARES,
    delay_ms=st.sampled_from([0, 1_500, 40_000]),
    poison=SHARES,
)


def inject(records: Sequence[Record], faults: Faults) -> tuple[list[Step], Injection]:
    merged = sorted(records, key=lambda record: record.age)
    injection = Injection(faults)
    return list(injection.into(steps(merged, timedelta(0)))), injection


@given(streams(most=20), FAULTS)
def test_what_was_recorded_keeps_its_order_in_each_partition(
    records: list[Record], faults: Faults
) -> None:
    found, _ = inject(records, faults)
    originals = [step.record for step in found if not step.kind]
    assert by_place(originals) == by_place(sorted(records, key=lambda record: record.age))
    dues = [step.due for step in found]
    assert dues == sorted(dues)


@given(streams(most=20), FAULTS)
def test_a_seed_gives_the_same_faults_again(records: list[Record], faults: Faults) -> None:
    assert inject(records, faults)[0] == inject(records, faults)[0]


@given(streams(most=20), FAULTS)
def test_what_was_injected_is_counted(records: list[Record], faults: Faults) -> None:
    found, injection = inject(records, faults)
    made = Counter((step.kind, step.record.topic) for step in found if step.kind)
    counted = {key: n for key, n in injection.counts.items() if key[0] in {DUPLICATE, POISON}}
    assert made == Counter(counted)
    assert all(step.record in records for step in found if step.kind == DUPLICATE)


def many(topic: str, count: int) -> list[Record]:
    return [
        recorded_example(topic=topic, offset=offset, timestamp=TIME + offset * 1000)
        for offset in range(count)
    ]


def test_another_seed_hits_others_and_about_as_many() -> None:
    records = many(NAMES[0], 2_000)
    hit = []
    for seed in (1, 2):
        found, injection = inject(records, Faults(seed=seed, duplicates=Decimal("0.05")))
        hit.append({step.record.offset for step in found if step.kind})
        assert 60 <= injection.counts.total() <= 140
    assert hit[0] != hit[1]


def test_one_fault_does_not_move_another() -> None:
    records = many(NAMES[0], 500)
    alone = Faults(seed=3, duplicates=Decimal("0.1"))
    both = replace(alone, poison=Decimal("0.1"))
    hit = [
        {step.record.offset for step in inject(records, faults)[0] if step.kind == DUPLICATE}
        for faults in (alone, both)
    ]
    assert hit[0] == hit[1]


def test_a_duplicate_comes_later_and_is_the_same() -> None:
    records = many(NAMES[0], 300)
    found, _ = inject(records, Faults(duplicates=Decimal("0.1")))
    first = {step.record: number for number, step in enumerate(found) if not step.kind}
    again = [(number, step) for number, step in enumerate(found) if step.kind]
    assert again
    assert all(first[step.record] < number for number, step in again)


def test_disorder_is_between_topics_alone() -> None:
    records = [*many(NAMES[0], 300), *many(NAMES[1], 300)]
    found, injection = inject(records, Faults(disorder=Decimal("0.02")))
    times = [step.record.timestamp for step in found]
    assert times != sorted(times)
    assert injection.counts.total() > 0

    alone, none = inject(many(NAMES[0], 300), Faults(disorder=Decimal("0.02")))
    assert [step.record.offset for step in alone] == list(range(300))
    assert none.counts.total() == 0


def test_a_delayed_record_is_due_later_with_all_that_follow_it() -> None:
    records = [*many(NAMES[0], 100), *many(NAMES[1], 100)]
    found, injection = inject(records, Faults(delays=Decimal("0.05"), delay_ms=10_000))
    late = [step.due - step.record.timestamp for step in found]
    assert max(late) == 10_000
    assert min(late) == 0
    assert 0 < sum(injection.counts[DELAY, name] for name in NAMES) < 30
    assert not any(injection.counts[DISORDER, name] for name in NAMES)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.schema_name())
@pytest.mark.parametrize("seed", range(6))
def test_poison_must_be_quarantined(event: type[Event], seed: int) -> None:
    topic = next(topic for topic in TOPICS if event in topic.events)
    copy = poisoned(recorded_example(event, topic=topic.name), seed)
    assert copy is not None
    outcome = as_a_reader(
        copy.key,
        copy.value,
        copy.headers,
        topic=replace(topic, owner=_source(copy)),
        wanted=frozenset(topic.events),
    )
    assert isinstance(outcome, Broken)
    original = recorded_example(event, topic=topic.name)
    ids = {dict(record.headers)["ce_id"] for record in (copy, original)}
    assert len(ids) == 2
    assert (copy.key, len(copy.headers)) == (original.key, len(original.headers))


def _source(record: Record) -> str:
    return (dict(record.headers)["ce_source"] or b"").decode().removeprefix("urn:zarbia:")


def test_what_is_no_event_is_not_poisoned() -> None:
    assert poisoned(recorded_example(value=None), 0) is None
    assert poisoned(recorded_example(value=b"[1]"), 0) is None
    assert poisoned(recorded_example(headers=()), 0) is None


def test_shares_are_read() -> None:
    assert parse_share("0.01", "--poison") == parse_share("1%", "--poison") == Decimal("0.01")
    assert parse_delays("1%:30") == (Decimal("0.01"), 30_000)
    assert parse_share(".5", "--poison") == parse_share("5e-1", "--poison") == Decimal("0.5")
    for wrong in ("2", "-1", "nan", "sNaN", "sNaN%", "inf%", "1e999999999%", "x", "", "%", "101%"):
        with pytest.raises(RecordingError, match="is no share"):
            parse_share(wrong, "--poison")
    for wrong in ("1%", "1%:x", "1%:"):
        with pytest.raises(RecordingError, match="share:seconds"):
            parse_delays(wrong)
