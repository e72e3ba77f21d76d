"""Which generation is in charge, by the cursors that are there."""

from typing import NamedTuple

import pytest

from chassis.folding.publishing.charge import Role, charge_of


class Cursor(NamedTuple):
    """The last one of a generation; `successor` has taken over from it."""

    successor: int | None = None


GOES_ON = Cursor()
IN_CHARGE, SILENT, RETIRED = Role.IN_CHARGE, Role.SILENT, Role.RETIRED


@pytest.mark.parametrize(
    ("generation", "cursors", "role", "holder"),
    [
        (1, {}, IN_CHARGE, 1),
        (1, {1: GOES_ON}, IN_CHARGE, 1),
        (1, {1: Cursor(2)}, RETIRED, 2),
        (1, {1: Cursor(2), 2: GOES_ON}, RETIRED, 2),
        (1, {1: Cursor(2), 2: Cursor(3), 3: GOES_ON}, RETIRED, 3),
        (1, {2: GOES_ON}, IN_CHARGE, 1),
        # Whether the first is about to begin, nobody knows.
        (2, {}, SILENT, 1),
        (2, {2: GOES_ON}, SILENT, 1),
        (2, {1: GOES_ON}, SILENT, 1),
        (2, {1: GOES_ON, 2: GOES_ON}, SILENT, 1),
        (2, {1: Cursor(2)}, IN_CHARGE, 2),
        (2, {1: Cursor(2), 2: GOES_ON}, IN_CHARGE, 2),
        (2, {1: Cursor(2), 2: Cursor(3)}, RETIRED, 3),
        (3, {1: Cursor(2), 2: GOES_ON}, SILENT, 2),
        (3, {1: Cursor(2), 2: Cursor(3), 3: GOES_ON}, IN_CHARGE, 3),
        # That another has a cursor says nothing: it may be silent as well.
        (3, {2: GOES_ON}, SILENT, 1),
        (3, {2: GOES_ON, 3: GOES_ON}, SILENT, 1),
        (4, {1: Cursor(3), 2: GOES_ON}, SILENT, 3),
        (4, {1: Cursor(3), 3: GOES_ON}, SILENT, 3),
        # It was passed over: it never takes over from a newer one.
        (2, {1: Cursor(3), 3: GOES_ON}, RETIRED, 3),
        (2, {1: Cursor(3), 2: GOES_ON, 3: GOES_ON}, RETIRED, 3),
    ],
)
async def test_charge(generation: int, cursors: dict[int, Cursor], role: Role, holder: int) -> None:
    async def read_cursor(of: int) -> Cursor | None:
        return cursors.get(of)

    charge = await charge_of(generation, read_cursor)

    assert (charge.role, charge.holder) == (role, holder)
    assert charge.cursor == cursors.get(generation)
    assert charge.holder_cursor == cursors.get(holder)
