"""The oracle counts by hand what a few commands come to."""

from collections import Counter
from datetime import date
from decimal import Decimal

from console.demo.dated import DatedCommand
from console.demo.figures import Group, Measures, differences
from console.demo.oracle import expected
from contracts.values import Channel, Command, StatedMoney, StatedQuantity, TransportMode
from services.exports.commands import (
    AmendDeclaration,
    CancelDeclaration,
    DeliverShipment,
    ExportShipment,
    GoodsStatement,
    ReportDamage,
    ReportLoss,
    StatedNumber,
    StatedRate,
)

DAY = date(2025, 2, 3)
CARPETS = Group("2025-02", "FR", "carpets", "fair", "m2")


def export(amount: str = "100.05") -> ExportShipment:
    return ExportShipment(
        declaration=StatedNumber(office="MACAS", number="1"),
        exporter_id="f1a50793-770b-5234-862f-c11a3a6c5932",
        exported_on=DAY,
        partner="FR",
        channel=Channel.FAIR,
        transport_mode=TransportMode.AIR,
        hs_code="570110",
        net_mass_kg=Decimal("12.5"),
        quantity=StatedQuantity(value=Decimal("3.25"), unit="m2"),
        fob=StatedMoney(amount=Decimal(amount), currency="EUR"),
        exchange_rate=StatedRate(mad_per_unit=Decimal("10.3"), date=DAY),
    )


def sent(*bodies: Command, to: str = "a") -> list[DatedCommand]:
    return [DatedCommand(DAY, to, f"{to}-{number}", body) for number, body in enumerate(bodies)]


def test_a_price_in_euro_is_counted_in_centimes_half_to_the_even_one() -> None:
    # 100.05 x 10.3 = 1030.515, half-way between 1030.51 and 1030.52
    figures = expected(sent(export())).figures
    assert figures == {CARPETS: Measures(103052, 12500, 3250, 1)}


def test_an_amendment_replaces_and_a_cancellation_takes_away() -> None:
    stated = export("200").model_dump(include=set(GoodsStatement.model_fields))
    goods = GoodsStatement.model_validate(stated | {"exported_on": date(2025, 1, 31)})
    amended = AmendDeclaration(amended_on=DAY, reason="day", goods=goods)
    void = CancelDeclaration(cancelled_on=DAY, reason="void")
    figures = expected([*sent(export(), amended), *sent(export(), void, to="b")]).figures
    assert figures == {CARPETS._replace(month="2025-01"): Measures(206000, 12500, 3250, 1)}


def test_what_is_found_and_what_is_surveyed_anew_is_taken_back() -> None:
    lost = ReportLoss(noticed_on=DAY, transport_document="waybill")
    found = DeliverShipment(delivered_on=DAY)
    surveys = [
        ReportDamage(surveyed_on=DAY, survey_reference="s", damage_percent=Decimal(percent))
        for percent in (40, 5)
    ]
    triggers = expected(
        [
            *sent(export(), lost, to="a"),
            *sent(export(), lost, found, to="b"),
            *sent(export(), found, surveys[0], to="c"),
            *sent(export(), found, *surveys, to="d"),
        ]
    ).triggers
    every_kind = [(rule, state) for rule in ("loss", "damage") for state in ("open", "withdrawn")]
    assert triggers == Counter(every_kind)


def test_a_group_of_zeros_is_as_good_as_none() -> None:
    assert not differences({CARPETS: Measures()}, {})
    assert differences({CARPETS: Measures(fob_centimes=1)}, {}) == [CARPETS]
