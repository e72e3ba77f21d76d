"""Compiled code takes a fetch apart as the client does by itself."""

from pathlib import Path
from typing import Literal

import pytest
from aiokafka.errors import CorruptRecordException
from aiokafka.record.legacy_records import LegacyRecordBatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from chassis.folding import native
from chassis.folding.tests.fetches import (
    AT,
    CODECS,
    FIRST_OFFSET,
    Plain,
    at_offset,
    batch_of,
    compiled,
    of_the_client,
    said,
)

pytestmark = pytest.mark.skipif(not native.COMPILED, reason="there was no C compiler")
PRODUCER = 7
HEADERS = st.lists(st.tuples(st.text(max_size=20), st.none() | st.binary(max_size=40)), max_size=20)
RECORDS = st.lists(
    st.builds(
        Plain,
        st.just(0),
        st.integers(0, 2**41),
        st.none() | st.binary(max_size=80),
        st.none() | st.binary(max_size=300),
        HEADERS.map(tuple),
    ),
    min_size=1,
    max_size=20,
).map(lambda found: [record._replace(offset=at) for at, record in enumerate(found)])


@given(st.lists(RECORDS, min_size=1, max_size=3), st.sampled_from(sorted(CODECS)))
def test_records_are_those_of_the_client(batches: list[list[Plain]], codec: str) -> None:
    # given batches of which the first begins before the offset that was asked for
    offsets = [FIRST_OFFSET - 2 + 100 * number for number in range(len(batches))]
    data = b"".join(
        at_offset(batch_of(records, codec), offset)
        for records, offset in zip(batches, offsets, strict=True)
    )

    found = compiled(data)

    assert [said(record) for record in found] == [said(record) for record in of_the_client(data)]
    assert {(record.topic, record.partition) for record in found} <= {AT}


@given(RECORDS)
def test_what_was_aborted_is_passed_over(records: list[Plain]) -> None:
    lost = at_offset(batch_of(records, producer=PRODUCER), FIRST_OFFSET)
    kept = at_offset(batch_of(records, producer=PRODUCER + 1), FIRST_OFFSET + len(records))
    aborted = [(PRODUCER, FIRST_OFFSET)]

    found = compiled(lost + kept, aborted=aborted)

    assert len(found) == len(records)
    assert [said(each) for each in found] == [
        said(each) for each in of_the_client(lost + kept, aborted=aborted)
    ]


@given(RECORDS, st.data())
def test_damage_is_found_by_the_checksum(records: list[Plain], data: st.DataObject) -> None:
    batch = bytearray(at_offset(batch_of(records), FIRST_OFFSET))
    place = data.draw(st.integers(21, len(batch) - 1))
    batch[place] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(CorruptRecordException):
        compiled(bytes(batch))


@given(RECORDS, st.data())
def test_nothing_is_read_beyond_a_batch(records: list[Plain], data: st.DataObject) -> None:
    """Without the checksum: a wrong length somewhere is refused, or leads to other records."""
    batch = bytearray(at_offset(batch_of(records, "none"), FIRST_OFFSET))
    place = data.draw(st.integers(57, len(batch) - 1))
    batch[place] = data.draw(st.integers(0, 255))

    try:
        found = compiled(bytes(batch), checked=False)
        told = [said(record) for record in found]
    except (CorruptRecordException, ValueError, MemoryError):
        return
    assert all(len(record.value or b"") <= len(batch) for record in told)


def test_a_name_that_is_no_text_is_written_out() -> None:
    """The client gives up at it, and with it everything that comes behind."""
    batch = batch_of([Plain(0, 1, b"k", b"v", (("nameless", b"1"),))], "none")
    data = at_offset(batch.replace(b"nameless", b"\xffameless"), FIRST_OFFSET)

    (record,) = compiled(data, checked=False)

    assert record.headers == (("\\xffameless", b"1"),)


@pytest.mark.parametrize("magic", [0, 1])
def test_batches_of_older_formats_are_the_clients(magic: Literal[0, 1]) -> None:
    builder = LegacyRecordBatchBuilder(magic, 0, 1 << 20)
    builder.append(FIRST_OFFSET, 1, b"k", b"v")
    data = bytes(builder.build())

    assert [said(each) for each in compiled(data)] == [said(each) for each in of_the_client(data)]


def test_what_is_compiled_is_what_stands_here() -> None:
    """After a change of the source: `make setup`."""
    folder = Path(native.records.__file__).parent
    newest = max(path.stat().st_mtime for path in folder.glob("*.p[xy][dx]"))

    assert all(path.stat().st_mtime >= newest for path in folder.glob("*.so"))


def test_a_record_says_where_it_stands() -> None:
    data = at_offset(batch_of([Plain(0, 1, b"k", b"v", ())]), FIRST_OFFSET)

    (record,) = compiled(data)

    assert repr(record) == "Record(counting.counts.v1[0]@40)"
