"""What may happen to a shipment: given events, when a command, then events."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.decider import Decider
from chassis.testkit import TODAY, given
from contracts.exports import (
    DeclarationAmended,
    DeclarationCancelled,
    ShipmentDamaged,
    ShipmentDelayed,
    ShipmentDelivered,
    ShipmentLost,
    ShipmentRestamped,
)
from contracts.problem import RefusedError
from services.exports import domain
from services.exports.commands import (
    AmendDeclaration,
    CancelDeclaration,
    DeliverShipment,
    ExportsCommand,
    ReportDamage,
    ReportDelay,
    ReportLoss,
    RestampExporter,
)
from services.exports.domain import Shipment, ShipmentEvent
from services.exports.tests.shipments import STAMP, exported, goods, record, statement

DECIDER = Decider(Shipment, domain.decide, domain.evolve)
DAY = date(2025, 4, 20)
DELIVERED = ShipmentDelivered(delivered_on=DAY)
EXPECTED = DAY + timedelta(9)
DELAYED = ShipmentDelayed(noticed_on=DAY, expected_on=EXPECTED, reason="port-congestion")
LOST = ShipmentLost(noticed_on=DAY, transport_document="BL-1")
CANCELLED = DeclarationCancelled(cancelled_on=DAY, reason="declared-twice")
SURVEY = ShipmentDamaged(surveyed_on=DAY, survey_reference="SV-1", damage_percent=Decimal("7.5"))
DELIVER = DeliverShipment(delivered_on=DAY)
LATE = ReportDelay(noticed_on=DAY, expected_on=EXPECTED, reason="port-congestion")
LOSE = ReportLoss(noticed_on=DAY, transport_document="BL-1")
CANCEL = CancelDeclaration(cancelled_on=DAY, reason="declared-twice")
DAMAGE = ReportDamage(surveyed_on=DAY, survey_reference="SV-1", damage_percent=Decimal("7.5"))
NEWER = STAMP.model_copy(update={"registry_ordinal": 3, "region": "MA-07"})
RESTAMP = RestampExporter(registry_ordinal=3, region="MA-07")


def late(**changes: object) -> ReportDelay:
    return LATE.model_copy(update=changes)


def amend(on: date = DAY, **changes: object) -> AmendDeclaration:
    return AmendDeclaration(amended_on=on, reason="mistyped", goods=statement(**changes))


def test_an_export_is_valued_and_stamped() -> None:
    given(DECIDER).when(record()).then(exported())


@pytest.mark.parametrize(
    ("history", "command", "event"),
    [
        ([], DELIVER, DELIVERED),
        ([], LOSE, LOST),
        ([LOST], DELIVER, DELIVERED),  # found again
        ([], LATE, DELAYED),
        ([SURVEY], LATE, DELAYED),
        (
            [DELAYED],  # sooner again: the latest notice counts
            late(expected_on=DAY + timedelta(1)),
            DELAYED.model_copy(update={"expected_on": DAY + timedelta(1)}),
        ),
        ([DELAYED], DELIVER, DELIVERED),
        ([DELAYED], LOSE, LOST),
        ([], DAMAGE, SURVEY),
        ([DELIVERED], DAMAGE, SURVEY),
        ([], CANCEL, CANCELLED),
        ([DELIVERED], CANCEL, CANCELLED),
        (
            [],
            amend(partner="FR"),
            DeclarationAmended(amended_on=DAY, reason="mistyped", goods=goods(partner="FR")),
        ),
        (
            [],
            RESTAMP,
            ShipmentRestamped(exporter=NEWER),
        ),
        (
            [CANCELLED],
            RESTAMP,
            ShipmentRestamped(exporter=NEWER),
        ),
    ],
)
def test_what_happens(
    history: list[ShipmentEvent], command: ExportsCommand, event: ShipmentEvent
) -> None:
    given(DECIDER, exported(), *history).when(command).then(event)


@pytest.mark.parametrize(
    ("history", "command"),
    [
        ([DELIVERED], DELIVER),
        ([LOST], LOSE),
        ([SURVEY], DAMAGE),
        ([DELAYED], LATE),
        ([DELAYED, DELIVERED], LATE),
        ([CANCELLED], CANCEL),
        ([], amend()),
        ([], RestampExporter(registry_ordinal=1, region="MA-07")),
    ],
)
def test_what_was_said_before_changes_nothing(
    history: list[ShipmentEvent], command: ExportsCommand
) -> None:
    given(DECIDER, exported(), *history).when(command).then()


@pytest.mark.parametrize(
    ("history", "command", "code"),
    [
        ([DELIVERED], LOSE, "delivered_before"),
        ([DELIVERED], DeliverShipment(delivered_on=DAY + timedelta(1)), "delivered_before"),
        ([CANCELLED], DELIVER, "cancelled"),
        ([CANCELLED], LOSE, "cancelled"),
        ([CANCELLED], DAMAGE, "cancelled"),
        ([CANCELLED], LATE, "cancelled"),
        ([DELIVERED], LATE, "delivered_before"),
        ([LOST], LATE, "lost_before"),
        ([], late(noticed_on=date(2025, 3, 13)), "before_export"),
        ([], late(noticed_on=TODAY + timedelta(1)), "date_out_of_range"),
        ([], late(expected_on=DAY), "expected_out_of_range"),
        ([], late(expected_on=date(9999, 12, 31)), "expected_out_of_range"),
        ([DELAYED], late(noticed_on=DAY - timedelta(1)), "delay_older"),
        ([CANCELLED], amend(partner="FR"), "cancelled"),
        ([], DeliverShipment(delivered_on=date(2025, 3, 13)), "before_export"),
        ([], DeliverShipment(delivered_on=date(2099, 1, 1)), "date_out_of_range"),
        ([], amend(on=TODAY + timedelta(1)), "date_out_of_range"),
        (
            [SURVEY],
            ReportDamage(
                surveyed_on=DAY - timedelta(1), survey_reference="SV-0", damage_percent=Decimal(1)
            ),
            "survey_older",
        ),
        (
            [DeclarationAmended(amended_on=DAY, reason="mistyped", goods=goods(partner="FR"))],
            amend(on=DAY - timedelta(1), partner="ES"),
            "amendment_older",
        ),
    ],
)
def test_what_cannot_be(history: list[ShipmentEvent], command: ExportsCommand, code: str) -> None:
    given(DECIDER, exported(), *history).when(command).then_refused(code)


@pytest.mark.parametrize("command", [DELIVER, LATE, LOSE, DAMAGE, CANCEL, amend()])
def test_nothing_happens_to_a_shipment_that_does_not_exist(command: ExportsCommand) -> None:
    given(DECIDER).when(command).then_refused("not_found")


@for_all(
    st.lists(
        st.sampled_from(
            [
                DELIVER, LATE, LOSE, DAMAGE, CANCEL, amend(), amend(partner="FR"),
                RESTAMP,
            ]
        ),
        max_size=12,
    )
)  # fmt: skip
def test_a_command_carried_out_says_nothing_the_second_time(commands: list[ExportsCommand]) -> None:
    state = DECIDER.fold(None, [exported()])
    for command in commands:
        try:
            events = domain.decide(command, state, TODAY)
        except RefusedError:
            continue
        state = DECIDER.fold(state, events)
        assert list(domain.decide(command, state, TODAY)) == []
