"""The last record that was folded shows whether a log is the one that was folded."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from aiokafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from chassis.folding.changes import Changes
from chassis.folding.ledger.identity import LastRecord, last_record
from chassis.folding.ledger.logs import LogId
from chassis.folding.ledger.store import Ledger
from chassis.folding.running import identity
from chassis.folding.running.identity import check_logs, strange_logs
from chassis.folding.tests.dying import PARTITION, opened
from chassis.folding.tests.toy import COUNTS, OPENED, WireRecord, counted, record_of

AT = TopicPartition(COUNTS.name, PARTITION)
LOG = [record_of(offset, counted("a", offset + 1, "name")) for offset in range(4)]
TEXTS = st.binary(max_size=12)
HEADERS = st.lists(st.tuples(st.text(max_size=4), TEXTS), max_size=3).map(tuple)
RECORDS = st.builds(
    WireRecord,
    offset=st.integers(0, 2**40),
    key=TEXTS | st.none(),
    value=TEXTS | st.none(),
    headers=HEADERS,
    timestamp=st.integers(0, 2**42),
    partition=st.just(0),
    topic=st.just(COUNTS.name),
)


@given(RECORDS, RECORDS)
def test_records_have_one_hash_just_when_they_say_the_same(
    one: WireRecord, other: WireRecord
) -> None:
    assert last_record(one) == last_record(WireRecord(*one))
    assert (last_record(one) == last_record(other)) == (one == other)


@given(RECORDS, st.data())
def test_whatever_is_changed_the_hash_is_another(record: WireRecord, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["key", "value", "headers", "timestamp"]))
    of_that_kind = {"key": TEXTS | st.none(), "value": TEXTS | st.none(), "headers": HEADERS}
    values: st.SearchStrategy[Any] = of_that_kind.get(name, st.integers(0, 2**42))
    changed = record._replace(**{name: data.draw(values)})

    assert (last_record(changed).hash == last_record(record).hash) == (changed == record)


PARTS = [
    (b"a", b"b", (("n", b"v"),)),
    (b"ab", b"", (("n", b"v"),)),
    (b"", b"ab", (("n", b"v"),)),
    (None, b"ab", (("n", b"v"),)),
    (b"a", b"b", (("nv", b""),)),
    (b"a", b"b", (("n", b"v"), ("n", b"v"))),
    (b"a", b"b", ()),
    (b"a", None, (("n", b"v"),)),
]


def test_what_moves_from_one_part_to_the_next_is_seen() -> None:
    assert len({last_record(WireRecord(0, *parts)).hash for parts in PARTS}) == len(PARTS)


def test_a_digit_that_moves_from_the_timestamp_to_the_length_of_the_key_is_seen() -> None:
    one = WireRecord(0, b"abc18:" + b"x" * 17, None, (), timestamp=1)
    other = WireRecord(0, b"abc", b"x" * 17 + b"-", (), timestamp=12)

    assert last_record(one).hash != last_record(other).hash


def test_where_a_record_stands_is_part_of_it() -> None:
    assert last_record(LOG[0]) != last_record(LOG[0]._replace(offset=1))
    assert LastRecord.of(*last_record(LOG[0])) == last_record(LOG[0])
    assert LastRecord.of(None, None) is None


@dataclass
class FakeConsumer:
    """A broker with these logs; it gives the records of one partition at a time."""

    logs: Mapping[TopicPartition, Sequence[WireRecord]]
    assigned: dict[TopicPartition, int] = field(default_factory=dict)

    async def end_offsets(self, wanted: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {at: self.logs[at][-1].offset + 1 if self.logs[at] else 0 for at in wanted}

    def assign(self, wanted: Sequence[TopicPartition]) -> None:
        self.assigned = dict.fromkeys(wanted, 0)

    def seek(self, at: TopicPartition, offset: int) -> None:
        self.assigned[at] = offset

    async def getmany(self, *, timeout_ms: int) -> dict[TopicPartition, list[WireRecord]]:
        assert timeout_ms > 0
        at, offset = min(self.assigned.items())
        return {at: [record for record in self.logs[at] if record.offset >= offset]}


@pytest.fixture
def ledgers(tmp_path: Path) -> Sequence[Ledger]:
    """Two, folded up to the record at offset 2."""
    found = [opened(tmp_path, number) for number in (PARTITION, PARTITION + 1)]
    for ledger in found:
        ledger.commit(COUNTS.name, 3, Changes(OPENED), last_record(LOG[2]))
        ledger.close()
    return found


async def strange(
    monkeypatch: pytest.MonkeyPatch,
    ledgers: Sequence[Ledger],
    log: Sequence[WireRecord],
    ids: Mapping[str, LogId] = MappingProxyType({}),
) -> dict[TopicPartition, str]:
    """The codes of what is strange when the first ledger's topic holds this log."""

    @asynccontextmanager
    async def reading(*_: object, **__: object) -> AsyncIterator[FakeConsumer]:
        yield FakeConsumer({AT: log, TopicPartition(COUNTS.name, PARTITION + 1): LOG})

    monkeypatch.setattr(identity, "reading", reading)
    found = await strange_logs("nowhere", ledgers, ids)
    return {at: problem.code for at, problem in found.items()}


@pytest.mark.parametrize(
    ("log", "codes"),
    [
        pytest.param(LOG, {}, id="the same, grown"),
        pytest.param(LOG[:3], {}, id="the same"),
        pytest.param(LOG[1:], {}, id="its beginning is deleted"),
        pytest.param(LOG[:2], {AT: "offset_not_in_log"}, id="cut"),
        pytest.param([], {AT: "offset_not_in_log"}, id="empty"),
        pytest.param(LOG[3:], {AT: "log_is_another"}, id="the record itself is deleted"),
        pytest.param(
            [*LOG[:2], LOG[2]._replace(value=b"{}")], {AT: "log_is_another"}, id="another record"
        ),
        pytest.param(
            [record._replace(timestamp=1) for record in LOG], {AT: "log_is_another"}, id="anew"
        ),
    ],
)
async def test_a_log_is_known_by_its_last_record(
    monkeypatch: pytest.MonkeyPatch,
    ledgers: Sequence[Ledger],
    log: Sequence[WireRecord],
    codes: dict[TopicPartition, str],
) -> None:
    assert await strange(monkeypatch, ledgers, log) == codes


async def test_a_log_without_the_next_offset_was_cut(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What was passed after the last record left no hash: markers of transactions, say."""
    with closing(opened(tmp_path)) as ledger:
        ledger.commit(COUNTS.name, 3, Changes(OPENED), last_record(LOG[0]))

        assert await strange(monkeypatch, [ledger], LOG[:3]) == {}
        assert await strange(monkeypatch, [ledger], LOG[:2]) == {AT: "offset_not_in_log"}


async def test_without_anything_folded_no_log_is_strange(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as ledger:
        ledger.logs.note({COUNTS.name: ANEW})

        assert await strange_logs("nowhere", [ledger], {COUNTS.name: OURS}) == {}


OURS = LogId("a cluster", "0" * 32)
ANEW = OURS._replace(topic="1" * 32)
ELSEWHERE = OURS._replace(cluster="another cluster")
NO_ID: dict[str, LogId] = {}


@pytest.mark.parametrize(
    ("folded", "now", "codes"),
    [
        pytest.param(OURS, OURS, {}, id="the same"),
        pytest.param(OURS, ANEW, {AT: "topic_is_another"}, id="deleted and made anew"),
        pytest.param(OURS, ELSEWHERE, {AT: "cluster_is_another"}, id="of another cluster"),
        pytest.param(None, OURS, {}, id="a ledger of before"),
        pytest.param(OURS, None, {}, id="a broker that gives no ids"),
    ],
)
async def test_a_log_that_says_the_same_is_known_by_its_id(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    folded: LogId | None,
    now: LogId | None,
    codes: dict[TopicPartition, str],
) -> None:
    with closing(opened(tmp_path)) as ledger:
        ledger.commit(COUNTS.name, 3, Changes(OPENED), last_record(LOG[2]))
        ledger.logs.note({COUNTS.name: folded} if folded else NO_ID)
        ids = {COUNTS.name: now} if now else NO_ID

        assert await strange(monkeypatch, [ledger], LOG, ids) == codes


async def test_an_empty_log_is_strange_though_our_next_record_would_be_its_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with closing(opened(tmp_path)) as ledger:
        ledger.commit(COUNTS.name, 0, Changes(None))
        ledger.logs.note({COUNTS.name: OURS})

        assert await strange(monkeypatch, [ledger], [], {COUNTS.name: ANEW}) == {
            AT: "topic_is_another"
        }


async def test_what_is_not_strange_is_noted_in_the_ledger(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with closing(opened(tmp_path)) as ledger, closing(opened(tmp_path, 5)) as other:
        other.commit(COUNTS.name, 3, Changes(OPENED))
        other.logs.note({COUNTS.name: ANEW})

        async def ids(_: str, topics: Collection[str]) -> dict[str, LogId]:
            return dict.fromkeys(topics, OURS)

        monkeypatch.setattr(identity, "log_ids", ids)
        found = await check_logs("nowhere", [ledger, other])

        assert {at.partition: problem.code for at, problem in found.items()} == {
            5: "topic_is_another"
        }
        assert (ledger.logs, other.logs) == ({COUNTS.name: OURS}, {COUNTS.name: ANEW})
    with closing(opened(tmp_path)) as again:
        assert again.logs == {COUNTS.name: OURS}


def test_the_last_record_outlives_the_process(ledgers: Sequence[Ledger], tmp_path: Path) -> None:
    again = opened(tmp_path)

    assert again.input(COUNTS.name).last == last_record(LOG[2])

    again.close()
