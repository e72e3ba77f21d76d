"""Whatever is broken, doubled, lost or released, in whatever batches: the ledger is the same."""

import sqlite3
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.folding.changes import Aggregate
from chassis.folding.ledger.files import ledger_path
from chassis.folding.ledger.store import Ledger
from contracts.event import Event, Redriven, Skipped
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS, INSURANCE_RULES, ORDERS_ORDERS, TOPICS
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import SERVICE
from services.export_metrics.tests.events import (
    amended,
    envelope,
    exported,
    goods,
    lost,
    uuid_of,
)
from services.export_metrics.tests.sources import (
    RULE_ID,
    Sources,
    day,
    disputed,
    extended,
    invoice,
    paid,
    settled,
    terms,
)

LAST = 30
ORDER, OTHER_KEY = uuid_of("order"), uuid_of("other")
EVENTS: dict[str, list[Event]] = {
    EXPORTS_SHIPMENTS.name: [exported(goods(5)), amended(goods(7)), lost()],
    INSURANCE_RULES.name: [terms(), terms(2, version=2, effective=12)],
    ORDERS_ORDERS.name: [invoice(3), paid(9, "30"), disputed(8), settled(9), extended(6, 11)],
}
SUBJECTS = {
    EXPORTS_SHIPMENTS.name: [uuid_of("a"), uuid_of("b")],
    INSURANCE_RULES.name: [RULE_ID],
    ORDERS_ORDERS.name: [ORDER],
}
ACTS = ["new", "new", "again", "redriven", "skipped", "close"]
Written = tuple[str, str, int, Event, str]
"""Topic, subject, ordinal, event, and the key of its record."""

BY_NAME = {topic.name: topic for topic in TOPICS}
TABLES = {
    "contributions NATURAL JOIN (SELECT number AS cell, cell AS text FROM cells)": (
        "text, day, m0, m1, m2, m3"
    ),
    "said": "topic, offset, barrier_day, kind, event, evidence_time",
    "ahead": "*",
    "holds": "*",
    "parked": "*",
    "waiting": "*",
    "cases": "*",
    "inputs": "*",
    "fold": "barrier_day, shared",
}


def release(act: str, topic: Topic, subject: str, ordinal: int, event: Event) -> Event:
    of = envelope(event, subject, ordinal, topic)
    place = {"aggregate": subject, "ordinal": ordinal, "event_id": of.id}
    why = {"decided_on": day(1), "reason": "tried"}
    if act == "skipped":
        return Skipped.model_validate(place | why)
    return Redriven.model_validate(place | why | {"type": of.type, "body": of.data.decode()})


@st.composite
def plays(draw: st.DrawFn) -> Sources:
    """What owners, and those who are not quite themselves, may write in thirty days."""
    sources = Sources()
    written: list[Written] = []
    for _ in range(draw(st.integers(5, 30))):
        topic = draw(st.sampled_from([*EVENTS]))
        log, act = sources.logs[topic], draw(st.sampled_from(ACTS))
        if act == "close":
            sources.close(sources.closed[topic] + draw(st.integers(1, 4)), topic)
            continue
        before = [each for each in written if each[0] == topic]
        if before and act in ("again", "redriven", "skipped"):
            _, subject, ordinal, event, key = draw(st.sampled_from(before))
        else:
            subject, ordinal = draw(st.sampled_from(SUBJECTS[topic])), draw(st.integers(1, 4))
            event, key = draw(st.sampled_from(EVENTS[topic])), ORDER
        key = draw(st.sampled_from([key, key, key, ORDER, OTHER_KEY]))
        if act in ("redriven", "skipped"):
            said = release(act, BY_NAME[topic], subject, ordinal, event)
            log.append(subject, None, said, key=key)
        else:
            written.append((topic, subject, ordinal, event, key))
            log.append(subject, ordinal, event, key=key)
            if draw(st.booleans()):
                log.spoil()
    return sources.close(max(LAST, *sources.closed.values()))


def folded(
    sources: Sources, steps: list[tuple[str, int]], *, reopening: bool, part: int | None = None
) -> Any:
    """All that the ledger holds after batches of so many records of these topics, and the rest.

    A batch is folded in parts of `part` records.
    """
    sources.part = part
    sources.folded = dict.fromkeys(sources.folded, 0)
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(EXPORT_STATISTICS, Path(folder), 1, 0)
        for topic, records in steps:
            sources.fold(ledger, topic, sources.folded[topic] + records)
            if reopening:
                counted = (ledger.ahead, ledger.held)
                ledger.close()
                ledger = Ledger(EXPORT_STATISTICS, Path(folder), 1, 0)
                assert (ledger.ahead, ledger.held) == counted
        sources.fold_all(ledger)
        aggregates = all_aggregates(ledger)
        ledger.close()
        db = sqlite3.connect(ledger_path(Path(folder), SERVICE, 1, 0))
        found: dict[str, Any] = {
            table: sorted(db.execute(f"SELECT {columns} FROM {table}"), key=repr)  # noqa: S608 - ours
            for table, columns in TABLES.items()
        }
        db.close()
        return found | {"aggregates": aggregates}


def all_aggregates(ledger: Ledger) -> dict[bytes, Aggregate]:
    """All that the state store holds, by its own keys: a topic's number and the bytes of an id."""
    of_ledger = ledger._aggregates
    found: dict[bytes, Aggregate] = {}
    for key in of_ledger._states._db.keys():  # noqa: SIM118 - the store is no mapping
        if key in (b"batch", b"ledger"):
            continue
        assert isinstance(key, bytes)
        (found[key],) = of_ledger.get(key[0], [str(UUID(bytes=key[1:]))]).values()
    return found


@settings(max_examples=120, deadline=None)
@given(
    plays(),
    st.lists(st.tuples(st.sampled_from([*EVENTS]), st.integers(1, 9)), max_size=25),
    st.booleans(),
    st.none() | st.integers(1, 4),
)
def test_batches_and_interleavings_leave_the_same_ledger(
    sources: Sources, steps: list[tuple[str, int]], reopening: bool, part: int | None
) -> None:
    whole = folded(sources, [], reopening=False)

    assert folded(sources, steps, reopening=reopening, part=part) == whole


@settings(max_examples=40, deadline=None)
@given(plays())
def test_what_waits_is_what_the_barriers_count(sources: Sources) -> None:
    """When all days are closed, a key waits for its holds and for the events ahead of a gap."""
    found = folded(sources, [], reopening=False)

    waits: dict[str, int] = {}
    for _, key, *_ in found["holds"]:
        waits[key] = waits.get(key, 0) + 1
    for row in found["ahead"]:
        waits[row[6]] = waits.get(row[6], 0) + 1
    assert dict(found["waiting"]) == waits
    held = {(source, key) for source, key, *_ in found["holds"]}
    assert {(row[0], row[7]) for row in found["parked"]} <= held
