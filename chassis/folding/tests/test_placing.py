"""Where an event belongs among those of its aggregate."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.folding.placing import Placement, id_bytes, next_ordinal, place
from chassis.folding.tests.toy import id_of

PLACED = b"".join(id_bytes(id_of(name)) for name in ("first", "second"))


@pytest.mark.parametrize(
    ("ordinal", "name", "placement"),
    [
        (1, "first", Placement.DUPLICATE),
        (2, "second", Placement.DUPLICATE),
        (1, "second", Placement.CONFLICT),
        (2, "another", Placement.CONFLICT),
        (3, "third", Placement.NEXT),
        (3, "first", Placement.NEXT),
        (4, "fourth", Placement.AHEAD),
    ],
)
def test_an_event_is_placed_by_its_ordinal_and_known_by_its_id(
    ordinal: int, name: str, placement: Placement
) -> None:
    assert place(PLACED, ordinal, id_bytes(id_of(name))) is placement


@given(st.lists(st.uuids(), max_size=5))
def test_events_in_their_order_are_all_next_and_then_duplicates(ids: list[UUID]) -> None:
    placed = b""
    for ordinal, each in enumerate(ids, start=1):
        assert next_ordinal(placed) == ordinal
        assert place(placed, ordinal, id_bytes(str(each))) is Placement.NEXT
        placed += id_bytes(str(each))

    again = [place(placed, n, id_bytes(str(each))) for n, each in enumerate(ids, start=1)]
    assert again == [Placement.DUPLICATE] * len(ids)
