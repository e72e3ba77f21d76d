"""What the events of one shipment do to figures and triggers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from chassis.folding.changes import Fact
from contracts.event import Event
from contracts.export_metrics import RiskTriggerConstituted, RiskTriggerWithdrawn
from services.export_metrics.domain.exporters import ExporterMovement
from services.export_metrics.domain.figures import Movement, part_of
from services.export_metrics.domain.risk import TriggerEvent, trigger_id
from services.export_metrics.domain.shipment import UNKNOWN, Shipment, evolve
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.tests.events import (
    DAY,
    amended,
    cancelled,
    damaged,
    delivered,
    envelope,
    exported,
    goods,
    lost,
    restamped,
    uuid_of,
)

SHIPMENT = uuid_of("shipment")


@dataclass
class History:
    """A shipment after some events, with all that they did."""

    shipment: Shipment = UNKNOWN
    events: int = 0
    movements: list[Movement] = field(default_factory=list)
    counted: list[ExporterMovement] = field(default_factory=list)
    triggers: list[TriggerEvent] = field(default_factory=list)

    def then(self, *events: Event) -> "History":
        for event in events:
            self.events += 1
            of = envelope(event, SHIPMENT, self.events)
            read = EXPORT_STATISTICS.reading_of()[of.type](of.data)
            fact = Fact(
                SHIPMENT,
                self.events,
                of.id,
                of.type,
                of.time.isoformat(),
                SHIPMENT,
                of.data,
                read,
            )
            self.shipment, movements, triggers = evolve(self.shipment, read, fact, DAY)
            for movement in movements:
                if isinstance(movement, Movement):
                    self.movements.append(movement)
                else:
                    self.counted.append(movement)
            self.triggers += triggers
        return self

    def sums(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        """Month and partner to centimes, grams and shipments, where any is not zero."""
        sums: dict[tuple[str, str], tuple[int, int, int]] = {}
        for m in self.movements:
            key = (m.cell.month, m.cell.partner)
            a, b, c = sums.get(key, (0, 0, 0))
            sums[key] = (a + m.fob_mad_centimes, b + m.net_mass_grams, c + m.shipments)
        return {key: values for key, values in sums.items() if any(values)}

    def said(self) -> list[tuple[str, str, int, str]]:
        """Of each trigger event: what it is, its rule, its episode, its exposure or reason."""
        return [
            ("+", t.rule, t.episode, str(t.exposed_mad_centimes))
            if isinstance(t, RiskTriggerConstituted)
            else ("-", t.rule, t.episode, t.reason)
            for t in self.triggers
        ]


def given(*events: Event) -> History:
    return History().then(*events)


def test_an_export_books_its_values_in_its_cell() -> None:
    (movement,) = given(exported(goods(12_345, grams=700, quantity="2.5"))).movements

    assert movement[1:] == (12_345, 700, 2_500, 1)
    assert movement.cell == (
        "2026-03", "FR", "570110", "HS2022", "carpets", "carpets",
        "MA-03", "300", "cooperative", "yes", "fair", "m2",
    )  # fmt: skip


def test_without_a_quantity_there_is_no_unit() -> None:
    (movement,) = given(exported(goods(quantity=None))).movements

    assert movement.quantity_thousandths is None
    assert movement.cell.unit is None


def test_an_amendment_reverses_in_the_former_month_and_books_in_its_own() -> None:
    history = given(exported(goods(100, month="2026-02"))).then(amended(goods(250, partner="US")))

    first, reversal, second = history.movements
    assert reversal == first.reversed()
    assert (second.cell.month, second.cell.partner, second.fob_mad_centimes) == (
        "2026-03", "US", 250,
    )  # fmt: skip
    assert second.cell.office == first.cell.office
    assert history.sums() == {("2026-03", "US"): (250, 1_500, 1)}


def test_an_amendment_that_changes_no_figure_moves_nothing() -> None:
    assert len(given(exported(goods(100)), amended(goods(100))).movements) == 1


def test_a_cancelled_shipment_adds_up_to_nothing() -> None:
    history = given(exported(goods(7)), amended(goods(8, month="2026-01")), cancelled())

    assert history.sums() == {}
    assert history.shipment.booked is None


@pytest.mark.parametrize("late", [amended(goods(9)), restamped("MA-11"), cancelled(), lost()])
def test_after_the_cancellation_nothing_is_booked_or_constituted(late: Event) -> None:
    history = given(exported(), cancelled()).then(late)

    assert history.sums() == {}
    assert history.said() == []


def test_a_restamped_shipment_moves_to_the_new_stamp() -> None:
    history = given(exported(goods(100))).then(restamped("MA-11"))

    _, reversal, booked = history.movements
    assert (reversal.cell.region, booked.cell.region) == ("MA-03", "MA-11")
    assert reversal.fob_mad_centimes == -100
    assert booked.fob_mad_centimes == 100


def test_loss_and_damage_and_delivery_move_no_figure() -> None:
    assert len(given(exported(), lost(), damaged("50"), delivered()).movements) == 1


CASES: list[tuple[str, Sequence[Event], list[tuple[str, str, int, str]]]] = [
    ("lost", [lost()], [("+", "loss", 1, "10000")]),
    ("lost twice", [lost(), lost()], [("+", "loss", 1, "10000")]),
    ("delivered", [delivered()], []),
    ("found", [lost(), delivered()], [("+", "loss", 1, "10000"), ("-", "loss", 1, "found")]),
    (
        "lost again",
        [lost(), delivered(), lost()],
        [("+", "loss", 1, "10000"), ("-", "loss", 1, "found"), ("+", "loss", 2, "10000")],
    ),
    (
        "the trigger stands with the exposure of its evidence",
        [lost(), amended(goods(77)), delivered(), lost()],
        [("+", "loss", 1, "10000"), ("-", "loss", 1, "found"), ("+", "loss", 2, "77")],
    ),
    ("damage at the deductible", [damaged("5")], []),
    ("damage above it", [damaged("5.01")], [("+", "damage", 1, "501")]),
    ("the same survey again", [damaged("20"), damaged("20.0")], [("+", "damage", 1, "2000")]),
    (
        "survey reversed",
        [damaged("20"), damaged("4.99")],
        [("+", "damage", 1, "2000"), ("-", "damage", 1, "survey-reversed")],
    ),
    (
        "survey revised",
        [damaged("20"), damaged("30")],
        [
            ("+", "damage", 1, "2000"),
            ("-", "damage", 1, "survey-revised"),
            ("+", "damage", 2, "3000"),
        ],
    ),
    ("damaged goods arrive", [damaged("20"), delivered()], [("+", "damage", 1, "2000")]),
    (
        "cancelled",
        [lost(), damaged("20"), cancelled()],
        [
            ("+", "loss", 1, "10000"),
            ("+", "damage", 1, "2000"),
            ("-", "loss", 1, "declaration-cancelled"),
            ("-", "damage", 1, "declaration-cancelled"),
        ],
    ),
]


@pytest.mark.parametrize(("events", "said"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_is_said_of_risks(
    events: Sequence[Event], said: list[tuple[str, str, int, str]]
) -> None:
    assert given(exported(goods(10_000))).then(*events).said() == said


def test_a_trigger_names_its_evidence_and_keeps_its_id() -> None:
    history = given(exported()).then(lost(), delivered())

    constituted, withdrawn = history.triggers
    assert isinstance(withdrawn, RiskTriggerWithdrawn)
    assert constituted.trigger_id == withdrawn.trigger_id == trigger_id("loss", 1, SHIPMENT, 1)
    assert constituted.trigger_id != trigger_id("loss", 1, SHIPMENT, 2)
    assert constituted.evidence[0].event_id == envelope(lost(), SHIPMENT, 2).id
    assert withdrawn.evidence[0].event_id == envelope(delivered(), SHIPMENT, 3).id
    assert constituted.subject == SHIPMENT
    assert constituted.knowledge_day == DAY


@pytest.mark.parametrize(
    ("amount", "percent", "part"),
    [(50, 100, 0), (150, 100, 2), (250, 100, 2), (251, 100, 3), (10**15, 10_000, 10**15)],
)
def test_a_part_is_rounded_half_even(amount: int, percent: int, part: int) -> None:
    assert part_of(amount, percent) == part


def exporters(history: History) -> dict[tuple[str, str], tuple[int, int]]:
    """Month and region to centimes and shipments, where any is not zero."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for m in history.counted:
        assert m.cell.exporter == uuid_of("producer")
        key = (m.cell.month, m.cell.region)
        fob, shipments = sums.get(key, (0, 0))
        sums[key] = (fob + m.fob_mad_centimes, shipments + m.shipments)
    return {key: values for key, values in sums.items() if any(values)}


def test_an_exporter_counts_where_its_shipment_is_booked() -> None:
    history = given(exported(goods(100, month="2026-02")))
    assert exporters(history) == {("2026-02", "MA-03"): (100, 1)}

    history.then(amended(goods(250)))
    assert exporters(history) == {("2026-03", "MA-03"): (250, 1)}
    history.then(restamped("MA-11"))
    assert exporters(history) == {("2026-03", "MA-11"): (250, 1)}
    history.then(cancelled())
    assert exporters(history) == {}
