"""Morocco's offset changed on 20 September 2026; a driven clock moves only forwards."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.clock import CASABLANCA, DrivenClock, day_before, local_day, start_of


@pytest.mark.parametrize(
    ("instant", "hours"),
    [
        (datetime(2026, 9, 19, 12, tzinfo=UTC), 1),
        (datetime(2026, 9, 21, 12, tzinfo=UTC), 0),
        (datetime(2030, 7, 1, 12, tzinfo=UTC), 0),
    ],
)
def test_offset_of_casablanca(instant: datetime, hours: int) -> None:
    assert instant.astimezone(CASABLANCA).utcoffset() == timedelta(hours=hours)


def test_a_day_begins_an_hour_earlier_before_the_change() -> None:
    assert local_day(datetime(2026, 9, 1, 23, 0, tzinfo=UTC)) == date(2026, 9, 2)
    assert local_day(datetime(2026, 10, 1, 23, 0, tzinfo=UTC)) == date(2026, 10, 1)
    assert start_of(date(2026, 9, 2)) == datetime(2026, 9, 1, 23, 0, tzinfo=UTC)
    assert start_of(date(2026, 10, 2)) == datetime(2026, 10, 2, tzinfo=UTC)


def test_start_of_a_day_belongs_to_it() -> None:
    first = date(2026, 1, 1)
    for day in (first + timedelta(days=count) for count in range(400)):
        assert local_day(start_of(day)) == day
        assert local_day(start_of(day) - timedelta(microseconds=1)) == day_before(day)


def test_a_driven_clock_stands_still_until_it_is_advanced() -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    clock = DrivenClock(start)
    assert clock.now() == start

    clock.advance(start + timedelta(days=400))

    assert clock.now() == start + timedelta(days=400)


def test_a_driven_clock_never_goes_back() -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    clock = DrivenClock(start)

    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(start - timedelta(microseconds=1))

    assert clock.now() == start
