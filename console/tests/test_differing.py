"""Two accounts side by side: what counts as a difference, in triggers and in figures."""

import json
from datetime import date
from typing import Any

import pytest

from console.differing.amounts import grouped, plain, signed, whole_mad
from console.differing.episodes import Change, Episode, Matter, Pair, episodes_of, paired
from console.differing.figures import CellDifference, Figures, contributions
from console.differing.report import Report, Sum, Sums
from console.differing.structured import as_json
from services.export_metrics.domain.events import Fact as FoldFact
from services.export_metrics.domain.risk import NEVER, decide
from services.export_metrics.tests.events import uuid_of

MARCH, APRIL = date(2026, 3, 9), date(2026, 4, 1)
STANDS = Episode(MARCH, 100, 1)
MATTER = Matter("loss", "shipment", "s", 1)


class Fact:
    """What a trigger rests on."""

    subject, ordinal, id, type, time = uuid_of("s"), 2, uuid_of("e"), "ma.zarbia.X.v1", ""


def told() -> list[Any]:
    fact: FoldFact = Fact()
    stands, lost = decide(
        "loss", NEVER, 10_000, fob_mad_centimes=700, fact=fact, day=MARCH, reason=""
    )
    _, found = decide("loss", stands, 0, fob_mad_centimes=700, fact=fact, day=APRIL, reason="found")
    return [*lost, *found]


def test_the_life_of_a_trigger() -> None:
    (matter,) = found = episodes_of(told())

    assert matter == Matter("loss", "shipment", uuid_of("s"), 1)
    assert found[matter] == Episode(MARCH, 700, 1, APRIL, "withdrawn: found")
    with pytest.raises(TypeError, match="said of no trigger"):
        episodes_of([object()])  # type: ignore[list-item]  # as a fold of something else would


@pytest.mark.parametrize(
    ("a", "b", "change"),
    [
        (STANDS, None, Change.ONLY_A),
        (None, STANDS, Change.ONLY_B),
        (STANDS, Episode(APRIL, 200, 1), Change.EXPOSURE),
        (STANDS, Episode(APRIL, 100, 1), Change.DAY),
        (STANDS, Episode(MARCH, 100, 1, APRIL, "withdrawn: paid-in-time"), Change.END),
        (STANDS, Episode(MARCH, 100, 2), Change.VERSION),
        (STANDS, STANDS, Change.NONE),
    ],
)
def test_how_a_trigger_differs(a: Episode | None, b: Episode | None, change: Change) -> None:
    assert Pair(MATTER, a, b).change is change


def report() -> Report:
    other = Matter("loss", "shipment", "t", 1)
    a = {MATTER: STANDS, other: STANDS}
    b = {MATTER: Episode(APRIL, 300, 1), other: Episode(MARCH, 100, 1, APRIL, "withdrawn: found")}
    return Report("a", "b", Figures(), paired(a, b))


def test_sums_by_month_by_difference_and_of_what_stands() -> None:
    found = report()

    assert found.by_month() == {
        ("loss", "2026-03"): Sums(Sum(2, 200), Sum(1, 100)),
        ("loss", "2026-04"): Sums(Sum(), Sum(1, 300)),
    }
    assert found.by_change()[Change.EXPOSURE] == Sums(Sum(1, 100), Sum(1, 300))
    assert found.total() == Sums(Sum(2, 200), Sum(2, 400))
    assert found.stand() == Sums(Sum(2, 200), Sum(1, 300))
    assert [pair.change for pair in found.changed] == [Change.EXPOSURE, Change.END]
    assert found.verdict() == "A and B DIFFER: 1 other exposure, 1 other end."


def test_for_programs_nothing_is_cut_short() -> None:
    found = json.loads(json.dumps(as_json(report())))

    assert not found["equal"]
    assert [each["subject"] for each in found["triggers"]["differing"]] == ["s", "t"]
    assert found["triggers"]["total"]["b"] == {"count": 2, "exposed_mad": "4.00"}
    assert as_json(Report("a", "b", Figures()))["triggers"] is None


def said(day: str, cell: str, generation: int = 1, **measures: int) -> dict[str, bytes]:
    about = {"generation": generation, "partition": 0, "knowledge_day": day}
    return {f"{day} {cell}": json.dumps(about | {"cell": {"chain": cell}} | measures).encode()}


CLOSING = {"closed": b'{"generation":1,"partition":0,"through":"2026-03-09","held":0}'}


def test_figures_are_compared_whatever_the_generation_is_called() -> None:
    figures = Figures()
    figures.compare(
        contributions(said("2026-03-09", "zellige", producers=2) | CLOSING),
        contributions(said("2026-03-09", "zellige", 2, producers=2)),
    )

    assert (figures.compared, figures.differing, figures.cells()) == (1, 0, [])


def test_a_difference_is_told_cell_by_cell_over_the_whole_country() -> None:
    figures = Figures()
    figures.compare(
        contributions(said("2026-03-09", "zellige", producers=2)),
        contributions(said("2026-03-10", "zellige", producers=5)),
    )
    figures.compare(
        contributions(said("2026-03-09", "pottery", producers=2)),
        contributions(said("2026-03-10", "pottery", producers=2)),
    )

    assert (figures.compared, figures.differing) == (4, 4), "it is known on another day"
    assert figures.cells() == [CellDifference(("zellige",), "producers", 2, 5)]


def test_what_is_known_later_and_what_says_nothing_is_left_out() -> None:
    outputs = said("2026-03-09", "a", producers=1) | said("2026-03-10", "b", producers=1)
    outputs |= said("2026-03-09", "c", producers=0)

    found = contributions(outputs, through=MARCH)

    assert [each.cell for each in found] == [("a",)]


def test_amounts_as_people_read_them() -> None:
    assert [plain(-5), plain(123456, 3), plain(7, 0)] == ["-0.05", "123.456", "7"]
    assert [grouped(123_456_789), grouped(-5), grouped(1234, 0)] == [
        "1,234,567.89",
        "-0.05",
        "1,234",
    ]
    assert [signed(250), signed(-123_456), signed(0)] == ["+2.50", "-1,234.56", ""]
    assert [whole_mad(150), whole_mad(250), whole_mad(-149)] == [2, 2, -1]
