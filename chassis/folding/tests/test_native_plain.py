"""Compiled code takes the same records for plain, and makes the same facts of them.

But for those with a header whose name is not ASCII: these it leaves to the code in Python.
"""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.folding import native
from chassis.folding.reading.plain import PlainReader
from chassis.folding.reading.record import InputReader, PutAside
from chassis.folding.tests.fetches import FIRST_OFFSET, Plain, at_offset, batch_of, compiled
from chassis.folding.tests.toy import COUNTING, COUNTS, counted, record_of
from contracts.partitioner import partition_of

pytestmark = pytest.mark.skipif(not native.COMPILED, reason="there was no C compiler")
READINGS = COUNTING.reading_of()
WRITTEN = record_of(0, counted("a", 1, "x"))
NAMES = [name for name, _ in WRITTEN.headers]
ODD_VALUES = [
    b"",
    b"1.0",
    b"0",
    b"00",
    b"0000000000",
    b"12345678901",
    b"+1",
    b"1_0",
    b" 1",
    b"\xff",
]
VALUES = st.sampled_from([*ODD_VALUES, *(value for _, value in WRITTEN.headers)])


@dataclass
class Case:
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


@st.composite
def spoilt(draw: st.DrawFn) -> Case:
    """A record as its owner writes it, in which something else stands here or there."""
    case = Case(WRITTEN.key, WRITTEN.value, list(WRITTEN.headers))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(case.headers) - 1))
        name, value = case.headers[at]
        match draw(st.integers(0, 6)):
            case 0:
                case.headers[at] = (name, draw(VALUES | st.none() | st.binary(max_size=40)))
            case 1:
                case.headers[at] = (draw(st.text(max_size=16) | st.sampled_from(NAMES)), value)
            case 2 if len(case.headers) > 1:
                del case.headers[at]
            case 3:
                case.headers.insert(at, (draw(st.text(max_size=16)), draw(VALUES)))
            case 4 if value:
                flipped = bytearray(value)
                flipped[draw(st.integers(0, len(value) - 1))] ^= 1 << draw(st.integers(0, 7))
                case.headers[at] = (name, bytes(flipped))
            case 5:
                case.key = draw(st.none() | st.binary(max_size=40))
            case _:
                case.value = draw(
                    st.sampled_from([None, b"", b"[]", b"{}", b'{"name":"\xc3\xa9","by":2}'])
                )
    case.headers = draw(st.permutations(case.headers)) if draw(st.booleans()) else case.headers
    return case


def fetched(case: Case) -> Any:
    record = Plain(0, 1, case.key, case.value, tuple(case.headers))
    (found,) = compiled(at_offset(batch_of([record]), FIRST_OFFSET))
    return found


@given(spoilt())
def test_the_same_records_are_plain(case: Case) -> None:
    record, reader = fetched(case), PlainReader(COUNTS, READINGS)
    fast = reader.compiled()
    assert fast is not None

    in_ascii = all(name.isascii() for name, _ in case.headers)
    assert fast.read([record]) == [reader.read(record) if in_ascii else None]


def test_what_its_owner_writes_is_plain() -> None:
    record = fetched(Case(WRITTEN.key, WRITTEN.value, list(WRITTEN.headers)))
    fast = PlainReader(COUNTS, READINGS).compiled()
    assert fast is not None

    assert fast.read([record]) == [counted("a", 1, "x")]
    assert type(fast.read([record])[0]) is type(counted("a", 1, "x"))


def test_a_header_more_is_plain_and_one_twice_is_not() -> None:
    headers: list[tuple[str, bytes | None]] = [*WRITTEN.headers, ("tracestate", b"a=1")]
    fast = PlainReader(COUNTS, READINGS).compiled()
    assert fast is not None

    more = fetched(Case(WRITTEN.key, WRITTEN.value, headers))
    twice = fetched(Case(WRITTEN.key, WRITTEN.value, [*headers, ("tracestate", b"a=2")]))

    assert fast.read([more]) == [counted("a", 1, "x")]
    assert fast.read([twice]) == [None]


@given(st.binary(max_size=40).filter(lambda key: key.isascii()))
def test_a_first_event_in_another_partition_is_left_alone(key: bytes) -> None:
    topic = replace(COUNTS, partitions=12)
    headers = [(n, key if n == "ce_partitionkey" else v) for n, v in WRITTEN.headers]
    record = fetched(Case(key, WRITTEN.value, list(headers)))
    fast = PlainReader(topic, READINGS).compiled()
    assert fast is not None

    (fact,) = fast.read([record])

    assert (fact is not None) is (partition_of(key.decode(), 12) == record.partition)


@pytest.mark.parametrize("key", [b"\xff\xfe", "é".encode(), b""])
def test_a_key_that_is_no_text_is_put_aside(key: bytes) -> None:
    """By both ways: it does not stop the fold."""
    headers = [(n, key if n == "ce_partitionkey" else v) for n, v in WRITTEN.headers]
    of_client = WRITTEN._replace(key=key, headers=tuple(headers))
    reader = InputReader(COUNTING, replace(COUNTS, partitions=12))

    found = reader.read([fetched(Case(key, WRITTEN.value, list(headers))), of_client])

    assert [type(each) for each in found] == [PutAside, PutAside]


def test_the_first_event_of_an_aggregate_stands_where_its_key_belongs() -> None:
    """And records that the client took apart go the way in Python."""
    record = fetched(Case(WRITTEN.key, WRITTEN.value, list(WRITTEN.headers)))
    reader = InputReader(COUNTING, COUNTS)

    assert reader.read([record, WRITTEN]) == [counted("a", 1, "x")] * 2
