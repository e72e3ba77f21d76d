"""What a person sees of a quarantine: no id broken over lines, nothing of strangers obeyed."""

import pytest
from rich.console import Console, RenderableType

from console.quarantine.holds import Hold, Holds
from console.quarantine.view import details, listing, refusal
from console.tests.quarantined import EVENT_ID, HEADERS, SUBJECT, FakeRecord, quarantined
from contracts.problem import Problem

STRANGE = FakeRecord([("odd", b"\xfe\x1b[31m")], value=b"\x00\xff" * 20)
READER = "export-metrics"
HOLD = Hold("exports.shipments.v1", 7, SUBJECT, 4, EVENT_ID)


def printed(content: RenderableType, width: int = 80) -> str:
    console = Console(width=width)
    with console.capture() as capture:
        console.print(content)
    return capture.get()


@pytest.mark.parametrize("width", [80, 160])
def test_a_list_fits_its_terminal(width: int) -> None:
    records = [quarantined(), quarantined(STRANGE, offset=123_456)]

    text = printed(listing("export-metrics", records, Holds({READER: [HOLD]}), width), width)

    assert max(map(len, text.splitlines())) <= width
    for whole in (SUBJECT, "exports.shipments.v1 7@1234", "field_string_pattern_mismatch", "yes"):
        assert whole in text


def test_what_is_no_event_is_called_so() -> None:
    text = printed(listing("export-metrics", [quarantined(STRANGE)], Holds({READER: []}), 80))
    assert "no event" in text
    assert "no. -" not in text


@pytest.mark.parametrize(
    ("holds", "reader", "held"),
    [
        (Holds({READER: [HOLD]}), "export-metrics", True),
        (Holds({READER: []}), "export-metrics", False),
        (Holds({READER: None}), "export-metrics", None),
        (Holds({READER: [HOLD]}), "notifications", False),
        (Holds({READER: None}), "notifications", False),
        (Holds({READER: [HOLD], "registry-metrics": []}), "registry-metrics", False),
        (Holds({READER: [], "registry-metrics": [HOLD]}), "registry-metrics", True),
    ],
)
def test_only_a_fold_holds(holds: Holds, reader: str, held: bool | None) -> None:
    assert holds.holds(quarantined(reader=reader)) is held


def test_bytes_of_strangers_stay_bytes() -> None:
    text = printed(details(quarantined(STRANGE)))

    assert "\x1b" not in text
    assert "000000  00 ff 00 ff" in text
    assert "000020  00 ff" in text
    assert "no release" in text


def test_many_bytes_are_cut() -> None:
    text = printed(details(quarantined(FakeRecord([], value=b"\xff" * 5_000))))
    assert "… and 2,952 bytes more" in text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "none: a tombstone"),
        (b"not json \xe2\x80\xae", "not json \\u202e"),
        (b'{"day": {"on": 3}}', '  "day": {\n    "on": 3\n  }'),
    ],
)
def test_a_value_is_shown_in_its_form(value: bytes | None, shown: str) -> None:
    text = printed(details(quarantined(FakeRecord(list(HEADERS.items()), value=value))))
    assert shown in text


def test_messages_that_cannot_be_told_apart_are_shown_as_one() -> None:
    problem = Problem("unfit", "body", "one; two; three")
    text = printed(details(quarantined(problems=[problem])))
    assert "unfit  body: one; two; three" in text


def test_a_refusal_names_each_field() -> None:
    problems = [Problem("c", "body.a", "[red]must be"), Problem("c", "type", "is not")]
    text = printed(refusal(problems))
    assert [line.split()[0] for line in text.splitlines()] == ["field", "body.a", "type"]
    assert "[red]must be" in text
