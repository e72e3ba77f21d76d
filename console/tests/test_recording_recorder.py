"""A recording that is cut off between any two records ends as one that was not."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.recording import part, read
from console.recording.choice import require_order, takes, topics_named, types_named
from console.recording.errors import RecordingError
from console.recording.layout import layout_for
from console.recording.manifest import Asked
from console.recording.record import Record
from console.recording.recorder import fill
from console.recording.source import Ranges
from console.tail.errors import TailError
from console.tail.start import parse_start
from console.tests.recorded import NAMES, by_place, make, planned, recorded_example, source, streams
from contracts.exports import ShipmentDelivered, ShipmentLost
from contracts.topics import EXPORTS_SHIPMENTS, ORDERS_ORDERS, TOPICS, national, statistics

EVEN = Asked(topics=list(NAMES), key="even")


class CutError(Exception):
    """The power is gone."""


@given(streams(most=6), st.integers(0, 24), st.booleans(), st.booleans())
async def test_a_cut_recording_ends_as_a_whole_one(
    records: list[Record], cut: int, one_file: bool, filtered: bool
) -> None:
    records = [r._replace(key=b"even" if r.offset % 2 == 0 else b"odd") for r in records]
    asked = EVEN if filtered else None
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(part, "FRAME_BYTES", 1)  # so that every record is on the disk
        name = "lines.jsonl" if one_file else "folder"
        whole = await make(Path(folder, "whole", name), records, asked)

        layout = layout_for(Path(folder, "cut", name), None)
        layout.folder.mkdir(parents=True)
        manifest = planned(layout, records, asked)
        left = cut

        async def failing(ranges: Ranges) -> AsyncIterator[Record]:
            nonlocal left
            async for record in source(records, ranges):
                left -= 1
                if left == 0:
                    raise CutError
                yield record

        for _ in range(2):
            try:
                await fill(layout, manifest, failing, lambda _: None)
            except CutError:
                continue

        assert manifest.parts == whole.parts
        assert manifest.topics == whole.topics


@given(streams(), st.booleans())
async def test_it_is_read_in_one_order_from_folder_and_file(
    records: list[Record], exact: bool
) -> None:
    asked = Asked(topics=list(NAMES), form="exact" if exact else "cloudevents")
    with TemporaryDirectory() as folder:
        await make(Path(folder, "folder"), records, asked)
        await make(Path(folder, "all.jsonl.gz"), records, asked)
        found = list(read(Path(folder, "folder")))
        assert found == list(read(Path(folder, "all.jsonl.gz")))
    assert by_place(found) == by_place(records)
    latest = 0
    for earlier, later in pairwise(found):
        latest = max(latest, earlier.timestamp)
        assert later.timestamp >= latest or later.place == earlier.place


async def test_counts_stand_in_the_manifest(tmp_path: Path) -> None:
    lost = [recorded_example(offset=offset, partition=1) for offset in (0, 2)]
    odd = recorded_example(topic=NAMES[1], partition=0, headers=(), value=None)
    manifest = await make(tmp_path / "all.jsonl", [*lost, odd])
    shipments, orders = manifest.topics
    assert (shipments.records, shipments.types) == (2, {ShipmentLost.event_type(): 2})
    assert shipments.partitions[0].end == 3
    assert (orders.records, orders.types) == (1, {"": 1})
    assert manifest.parts[0].bytes == (tmp_path / "all.jsonl").stat().st_size


def test_filters_choose() -> None:
    record = recorded_example(ShipmentLost)
    subject = dict(record.headers)["ce_subject"] or b""
    assert takes(Asked(topics=[]), record)
    assert takes(Asked(topics=[], types=[ShipmentLost.event_type()]), record)
    assert not takes(Asked(topics=[], types=[ShipmentDelivered.event_type()]), record)
    assert takes(Asked(topics=[], subject=subject.decode()[:8]), record)
    assert not takes(Asked(topics=[], subject="x"), record)
    assert not takes(Asked(topics=[], subject="x"), record._replace(headers=()))
    assert takes(Asked(topics=[], key=(record.key or b"").decode()[:4]), record)
    assert not takes(Asked(topics=[], key="x"), record._replace(key=None))


def test_topics_are_named_by_themselves_their_service_or_all() -> None:
    assert topics_named(["all"]) == list(TOPICS)
    assert topics_named(["exports.shipments.v1", "orders.orders.v1"]) == [
        ORDERS_ORDERS,
        EXPORTS_SHIPMENTS,
    ]
    assert {topic.owner for topic in topics_named(["export_metrics"])} == {"export-metrics"}
    further = [statistics(12).name, national(2).name, "export-metrics.statistics.v2.g3", "x.g4"]
    assert topics_named(["all"], further) == [*TOPICS, national(2), statistics(12)]
    assert topics_named([national(2).name], further) == [national(2)]
    assert statistics(12) in topics_named(["export-metrics"], further)
    with pytest.raises(TailError, match="no topic nobody"):
        topics_named(["nobody"])


def test_a_type_belongs_to_one_of_the_topics() -> None:
    both = [ORDERS_ORDERS, EXPORTS_SHIPMENTS]
    assert types_named(["ShipmentL*", "OrderPaid"], both) == [
        "ma.zarbia.exports.ShipmentLost.v1",
        "ma.zarbia.orders.OrderPaid.v1",
    ]
    with pytest.raises(RecordingError, match="ShipmentLost"):
        types_named(["ShipmentLost"], [ORDERS_ORDERS])


@pytest.mark.parametrize(
    ("start", "until", "between"),
    [
        ("beginning", "end", True),
        ("3", "5", True),
        ("5", "3", False),
        ("-3", "-5", False),
        ("-5", "3", True),  # which of them is first depends on the end
        ("2025-03-02", "2025-03-01", False),
        ("2025-03-01", "2025-03-01T00:01", True),
        ("2025-03-01", "beginning", False),
    ],
)
def test_what_ends_before_it_begins_is_refused(start: str, until: str, between: bool) -> None:
    bounds = parse_start(start), parse_start(until)

    if between:
        require_order(*bounds)
    else:
        with pytest.raises(RecordingError, match="nothing stands between") as refused:
            require_order(*bounds)
        assert refused.value.option == "--until"
