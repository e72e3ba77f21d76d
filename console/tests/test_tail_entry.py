"""Whatever a record holds, there is something to show, and the reason where it cannot be read."""

import json
from io import StringIO
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from console.tail.entry import Entry, entry_of
from console.tail.structured import as_json
from console.tail.view import PipeConsole, TableView, clean
from console.tests.tail_records import Given, given_example
from contracts.codec import to_kafka
from contracts.event import DayClosed
from contracts.exports import ShipmentExported, ShipmentLost
from contracts.generate.examples import example_of
from contracts.registry import ProducerRegistered
from contracts.topics import EXPORTS_SHIPMENTS, TOPICS, quarantine_of

NEWER = b"ma.zarbia.exports.ShipmentLost.v9"
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["ce_type", "ce_time", "ce_subject", "x", "__zarbia.error.topic"]),
        st.binary(max_size=30),
    )
)
ANY = st.builds(
    Given,
    key=st.none() | st.binary(max_size=10),
    value=st.none() | st.binary(max_size=50),
    headers=HEADERS,
)
QUARANTINE = next(topic for topic in TOPICS if topic.name == quarantine_of("export-metrics"))


def entry(record: Given) -> Entry:
    return entry_of(record, EXPORTS_SHIPMENTS)


def shown(entry: Entry, width: int = 200, *, terminal: bool = True, whole: bool = False) -> str:
    output = StringIO()
    console = PipeConsole(file=output, width=width, force_terminal=terminal, color_system=None)
    TableView(console, EXPORTS_SHIPMENTS, whole=whole).show(entry)
    return output.getvalue()


def document(record: Given) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(as_json(entry(record)))
    return found


def test_an_event_is_a_line_in_columns() -> None:
    example = example_of(ShipmentLost)
    assert isinstance(example.event, ShipmentLost)

    line = shown(entry(given_example(ShipmentLost)))

    assert line.split() == [
        *("2025-03-14", "10:00:00", "7@3", "ShipmentLost"),
        *(example.subject[:8], str(example.sequence)),
        f"noticed_on={example.event.noticed_on}",
        f"transport_document={example.event.transport_document}",
    ]


def test_a_long_event_is_cut_on_a_terminal_alone() -> None:
    exported = entry(given_example(ShipmentExported))
    assert len(shown(exported, width=100).rstrip("\n")) == 100
    for line in (shown(exported, width=100, whole=True), shown(exported, terminal=False)):
        assert line.endswith("quantity{value=14.25 unit=m2}}\n")
        assert line.count("\n") == 1


def test_json_is_the_event_in_structured_mode() -> None:
    example = example_of(ShipmentLost)
    found = document(given_example(ShipmentLost))
    attributes = {
        name.removeprefix("ce_"): raw.decode()
        for name, raw in to_kafka(example.envelope()).headers
        if name.startswith("ce_")
    }
    assert attributes.items() <= found.items()
    assert found["data"] == json.loads(example.event.encode())
    assert found["datacontenttype"] == "application/json"
    assert (found["kafkapartition"], found["kafkaoffset"]) == (3, 7)
    assert found["kafkatime"] == "2025-03-14T10:00:00.000+00:00"
    assert not {"problems", "headers", "kafkakey", "data_base64"} & found.keys()


def test_the_official_sdk_reads_the_line() -> None:
    example = example_of(ShipmentLost)
    line = as_json(entry(given_example(ShipmentLost)))

    event = JSONFormat().read(CloudEvent, line)

    assert event.get_id() == example.envelope().id
    assert event.get_time() == example.time
    assert event.get_extension("kafkaoffset") == 7
    assert event.get_data() == json.loads(example.event.encode())


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (given_example(ShipmentLost, value=b"{not json"), "field_json_invalid"),
        (given_example(ShipmentLost, value=b"[" * 200_000), "field_json_invalid"),
        (given_example(ShipmentLost, value=b"{}"), "field_missing"),
        (given_example(ShipmentLost, ce_type=b"ma.zarbia.exports.Imagined.v1"), "type_unknown"),
        (given_example(ShipmentLost, ce_type=NEWER), "version_newer"),
        (given_example(ShipmentLost, ce_source=b"urn:other"), "source_unknown"),
        (given_example(ShipmentLost, ce_subject=b"\xff"), "header_not_utf8"),
        (Given(value=None), "tombstone"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_shown_with_its_reason(record: Given, code: str) -> None:
    assert code in shown(entry(record)).splitlines()[1]
    assert code in [problem["code"] for problem in document(record)["problems"]]


def test_json_keeps_what_it_cannot_read() -> None:
    found = document(Given(key=b"\xff", value=b"\x00\xff", headers=[("x", b"1")]))
    assert found["data_base64"] == "AP8="
    assert found["kafkakey"] == "\\xff"
    assert found["headers"] == {"x": "1"}


def test_a_quarantined_record_shows_why_and_whence() -> None:
    notes = {
        "topic": "exports.shipments.v1",
        "partition": "4",
        "offset": "17",
        "stage": "data",
        "reason": "field_missing,field_missing",
        "message": "goods: Field required",
    }
    whole = given_example(ShipmentLost, value=b"{}")
    noted = [(f"__zarbia.error.{name}", text.encode()) for name, text in notes.items()]
    record = Given(whole.key, whole.value, [*whole.headers, *noted], topic=QUARANTINE.name)

    found = entry_of(record, QUARANTINE)

    _, reason = shown(found).splitlines()
    assert reason.strip() == (
        "└ field_missing  goods: Field required  (was exports.shipments.v1 17@4, stage data)"
    )
    assert json.loads(as_json(found))["quarantineoffset"] == "17"
    assert {problem.field for problem in found.problems} == {"noticed_on", "transport_document"}


def test_text_of_strangers_moves_no_cursor() -> None:
    evil = given_example(ShipmentLost, value=b'{"noticed_on":"\\u001b[2J\\u202e","x":"\xd9\x85"}')
    assert "noticed_on=\\x1b[2J\\u202e x=م" in shown(entry(evil))
    assert clean("a\x1b]0;t\x07\nb") == "a\\x1b]0;t\\x07\\nb"


@given(ANY)
def test_any_record_is_shown(record: Given) -> None:
    found = entry(record)
    assert shown(found)
    assert json.loads(as_json(found))["kafkaoffset"] == 7


def test_a_day_marker_has_no_problem() -> None:
    assert not entry(given_example(DayClosed)).problems


def test_an_event_of_another_topic_has_one() -> None:
    assert entry(given_example(ProducerRegistered)).problems
