"""How far each source has spoken."""

import math
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from chassis.folding.changes import Hold
from chassis.folding.ledger.holds import Held
from chassis.folding.running.completeness import Days, closed_by, keys_held, open_days

MONDAY, TUESDAY, FRIDAY = date(2025, 3, 10), date(2025, 3, 11), date(2025, 3, 14)
DAYS = st.dates(date(2024, 1, 1), date(2025, 12, 31))


def test_a_source_has_closed_what_all_its_partitions_have() -> None:
    days: Days = {
        "customs": [FRIDAY, TUESDAY],
        "registry": [MONDAY, None],
        "orders": [FRIDAY, FRIDAY],
    }

    assert closed_by(days) == {"customs": TUESDAY, "registry": None, "orders": FRIDAY}


def test_open_days_are_counted_to_the_most_advanced_of_all() -> None:
    days: Days = {
        "customs": [FRIDAY, TUESDAY],
        "registry": [None, None],
        "orders": [MONDAY, MONDAY],
    }

    assert open_days(days) == {"customs": 3, "registry": math.inf, "orders": 4}


def test_nothing_is_said_before_any_day_was_closed() -> None:
    assert open_days({"customs": [None, None], "orders": [None]}) == {}


def test_a_key_that_is_held_twice_is_one_key() -> None:
    def held(topic: str, key: str, ordinal: int) -> Held:
        return Held(topic, Hold(key, "subject", ordinal, "event", "field_missing", MONDAY), 1)

    places = [("customs", "a", 2), ("customs", "a", 4), ("customs", "b", 1), ("orders", "a", 2)]

    found = keys_held(held(*place) for place in places)

    assert found == {"customs": 2, "orders": 1}


@given(st.dictionaries(st.text(max_size=3), st.lists(DAYS, min_size=1, max_size=4), min_size=1))
def test_one_source_at_least_is_whole_or_lacks_one_partition(days: dict[str, list[date]]) -> None:
    found = open_days(days)

    assert found.keys() == days.keys()
    assert all(0 <= number < math.inf for number in found.values())
    level = all(len(set(closed)) == 1 for closed in days.values())
    assert not level or min(found.values()) == 0
