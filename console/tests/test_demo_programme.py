"""The demonstration's programme: repeatable, valid, and with all that a quarter can bring."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.decider import Decider
from console.demo import figures
from console.demo.dated import DatedCommand, Scenario
from console.demo.oracle import expected
from console.demo.programme import make_programme
from console.demo.routes import ROUTES
from contracts.exports import ExporterStamp
from contracts.reference.regions import REGIONS
from contracts.values import ProducerKind, WomenLed
from services.exports import domain as exports
from services.exports.commands import AmendDeclaration, ExportShipment, RecordExport
from services.orders import domain as orders
from services.registry import domain as registry
from services.registry.domain import RegisterProducer

DECIDERS: tuple[Decider[Any, Any, Any], ...] = (
    Decider(registry.Producer, registry.decide, registry.evolve),
    Decider(orders.Order, orders.decide, orders.evolve),
    Decider(exports.Shipment, exports.decide, exports.evolve),
)
PROGRAMME = make_programme(Scenario())


def small(seed: int) -> Scenario:
    return Scenario(seed=seed, producers=60, orders=90, plain_shipments=40)


def states_after(
    decider: Decider[Any, Any, Any], commands: Iterable[DatedCommand]
) -> dict[str, Any]:
    """Carry out all commands on their days; each has to be accepted and to change something."""
    states: dict[str, Any] = {}
    for command in commands:
        events = decider.decide(as_decided(command), states.get(command.subject), command.day)
        assert events, command
        states[command.subject] = decider.fold(states.get(command.subject), events)
    return states


def as_decided(command: DatedCommand) -> Any:
    """The service adds what it knows of the exporter to an export."""
    if not isinstance(command.body, ExportShipment):
        return command.body
    stamp = ExporterStamp(
        producer_id=command.body.exporter_id,
        registry_ordinal=1,
        kind=ProducerKind.ARTISAN,
        region="MA-03",
        women_led=WomenLed.YES,
    )
    return RecordExport(shipment=command.body, exporter=stamp)


def test_the_same_seed_gives_the_same_commands_and_another_seed_others() -> None:
    assert make_programme(small(7)) == make_programme(small(7))
    one, other = make_programme(small(7)), make_programme(small(8))
    assert one.commands != other.commands
    assert not {c.subject for c in one.commands} & {c.subject for c in other.commands}


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_every_command_is_accepted_by_its_service_on_its_day(seed: int) -> None:
    programme = make_programme(small(seed))
    by_service = (programme.registry, programme.orders, programme.exports)
    for decider, days in zip(DECIDERS, by_service, strict=True):
        states_after(decider, [command for day in days.values() for command in day])


def test_the_oracle_counts_what_the_exports_service_decides() -> None:
    sent = [command for day in PROGRAMME.exports.values() for command in day]
    shipments: list[exports.Shipment] = list(states_after(DECIDERS[2], sent).values())
    standing = [s.goods for s in shipments if s.status is not exports.Status.CANCELLED]
    counted = figures.total(expected(PROGRAMME.commands).figures)
    assert counted.fob_centimes == sum(goods.fob.mad_centimes for goods in standing)
    assert counted.net_mass_grams == sum(goods.net_mass_grams for goods in standing)
    assert counted.shipments == len(standing)


def test_a_quarter_has_some_thousand_commands_of_every_kind() -> None:
    kinds = Counter(type(command.body) for command in PROGRAMME.commands)
    assert set(kinds) == set(ROUTES)
    assert 3_000 <= len(PROGRAMME.commands) <= 4_000
    assert kinds[RegisterProducer] == 300
    assert len({(c.subject, c.key) for c in PROGRAMME.commands}) == len(PROGRAMME.commands)


def test_producers_are_of_all_regions_kinds_and_chains() -> None:
    bodies = [c.body for c in PROGRAMME.commands if isinstance(c.body, RegisterProducer)]
    assert {body.region for body in bodies} == {region.code for region in REGIONS}
    assert {body.kind for body in bodies} == set(ProducerKind) - {ProducerKind.UNKNOWN}
    assert len({body.chain for body in bodies}) >= 12
    assert {body.women_led for body in bodies} == set(WomenLed)


def test_what_can_be_sent_side_by_side_does_not_rest_on_each_other() -> None:
    exported: dict[str, date] = {}
    registered = {c.subject: c.day for c in PROGRAMME.commands if c.key.startswith("producer")}
    for command in PROGRAMME.commands:
        if isinstance(command.body, ExportShipment):
            exported[command.subject] = command.day
            assert registered[command.body.exporter_id] < command.day
        elif command.subject in exported:
            assert command.day > exported[command.subject]


def test_some_amendments_come_in_a_later_month_or_change_the_month() -> None:
    amendments = [c for c in PROGRAMME.commands if isinstance(c.body, AmendDeclaration)]
    exported = {c.subject: c.day for c in PROGRAMME.commands if isinstance(c.body, ExportShipment)}
    assert any(c.day.month > exported[c.subject].month for c in amendments)
    months = [
        (c.body.goods.exported_on.month, exported[c.subject].month)
        for c in amendments
        if isinstance(c.body, AmendDeclaration)
    ]
    assert any(amended != stated for amended, stated in months)


def test_shares_are_about_those_that_were_published() -> None:
    made = expected(PROGRAMME.commands).figures
    whole = figures.total(made).fob_centimes
    partners = figures.by(made, lambda group: group.partner)
    groups = figures.by(made, lambda group: group.product_group)
    shares = [
        (partners["US"], 44),
        (partners["FR"], 14),
        (partners["ES"], 6),
        (groups["pottery-stone"], 36),
        (groups["carpets"], 20),
    ]
    for measures, percent in shares:
        assert abs(100 * measures.fob_centimes - percent * whole) < 3 * whole
