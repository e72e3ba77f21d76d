"""How fast a replay goes and by how much it is moved."""

from datetime import timedelta
from fractions import Fraction

import pytest

from console.recording.errors import RecordingError
from console.recording.sandbox_name import addressed, prefixed
from console.recording.timing import parse_shift, parse_speed, shifted, steps
from console.tests.recorded import TIME, recorded_example


def test_speeds_are_read() -> None:
    assert (parse_speed("real"), parse_speed("max")) == (Fraction(1), None)
    assert (parse_speed("10x"), parse_speed("0.5x")) == (Fraction(10), Fraction(1, 2))
    for wrong in ("0x", "x", "10", "-1x", "fast"):
        with pytest.raises(RecordingError, match="is neither real"):
            parse_speed(wrong)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30d", timedelta(days=30)),
        ("-12h", timedelta(hours=-12)),
        ("+1d6h30m5s", timedelta(days=1, hours=6, minutes=30, seconds=5)),
        ("0s", timedelta(0)),
    ],
)
def test_shifts_are_read(text: str, expected: timedelta) -> None:
    assert parse_shift(text) == expected


@pytest.mark.parametrize("text", ["", "1", "d", "1h1d", "-", "1w", "tomorrow"])
def test_what_is_no_shift_is_refused(text: str) -> None:
    with pytest.raises(RecordingError, match="nor a duration"):
        parse_shift(text)


def test_a_shift_moves_timestamp_and_ce_time_and_nothing_else() -> None:
    record = recorded_example()
    moved = shifted(record, timedelta(days=1))
    assert moved.timestamp == TIME + 86_400_000
    before, after = dict(record.headers), dict(moved.headers)
    assert after.pop("ce_time") == b"2026-11-03T17:31:00+00:00"
    assert before.pop("ce_time") == b"2026-11-02T17:31:00+00:00"
    assert (after, moved.value) == (before, record.value)


def test_what_is_no_time_stays() -> None:
    record = recorded_example(headers=(("ce_time", b"\xffsoon"), ("ce_time", None)))
    assert shifted(record, timedelta(days=1)).headers == record.headers


def test_a_shift_out_of_the_calendar_is_refused() -> None:
    for record, days, why in (
        (recorded_example(), 3_000_000, "ce_time would leave the calendar"),
        (recorded_example(headers=()), 3_000_000, "timestamp would leave the years"),
        (recorded_example(headers=()), -30_000, "timestamp would leave the years"),
        (recorded_example(headers=(), timestamp=1 << 60), 1, "timestamp would leave the years"),
    ):
        with pytest.raises(RecordingError, match=why):
            shifted(record, timedelta(days=days))
    assert shifted(recorded_example(timestamp=-1), timedelta(days=1)).timestamp == -1


def test_nothing_is_due_before_what_stands_in_front_of_it() -> None:
    times = [5, 9, 7, 12]
    records = [recorded_example(timestamp=time) for time in times]
    assert [step.due for step in steps(records, timedelta(0))] == [5, 9, 9, 12]


def test_a_prefix_is_a_word_that_no_live_topic_begins_with() -> None:
    assert prefixed("try-1") == "try-1."
    assert not prefixed("")
    for wrong in ("exports", "a.b", "-x", "é", "x" * 65):
        with pytest.raises(RecordingError):
            prefixed(wrong)


@pytest.mark.parametrize("address", ["", "a", "a:9092", "127.0.0.1:1,b.example:2", "[::1]:9092"])
def test_an_address_of_brokers(address: str) -> None:
    assert addressed(address) == address


@pytest.mark.parametrize("wrong", ["a:b:c", "a:b", "a:", ":1", "a:1,", "a b:1", "a:65536", "::1"])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(RecordingError, match="is no address like 127") as refused:
        addressed(wrong)
    assert refused.value.option == "--to"
