"""The demonstration's programme: repeatable, valid, exact, and with all that two years bring."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.decider import Decider
from console.demo import figures
from console.demo.dated import DatedCommand, Scenario
from console.demo.oracle import expected
from console.demo.programme import TERMS, Programme, make_programme
from console.demo.routes import ROUTES, route_of
from console.demo.sales import PUBLISHED
from console.demo.targets import REST, Cell, all_targets
from console.demo.unpaid import PROTRACTED_DEFAULT
from contracts.exports import ExporterStamp
from contracts.reference.regions import REGIONS
from contracts.values import ProducerKind, WomenLed
from services.exports import domain as exports
from services.exports.commands import AmendDeclaration, ExportShipment, RecordExport
from services.orders import domain as orders
from services.orders.commands import PlaceOrder
from services.registry import domain as registry
from services.registry.domain import RegisterProducer

DECIDERS: dict[str, Decider[Any, Any, Any]] = {
    "registry": Decider(registry.Producer, registry.decide, registry.evolve),
    "orders": Decider(orders.Order, orders.decide, orders.evolve),
    "exports": Decider(exports.Shipment, exports.decide, exports.evolve),
}
PROGRAMME = make_programme(Scenario())
EXPECTED = expected(PROGRAMME.commands, PROGRAMME.scenario.last_day)


def small(seed: int) -> Scenario:
    """Two months with some of everything; nobody can be in default that soon."""
    return Scenario(seed=seed, last_day=date(2024, 2, 29), step_days=3, producers=60, shipments=130)


def sent_to(service: str, programme: Programme) -> list[DatedCommand]:
    return [command for told in programme.by_day.values() for command in told[service]]


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
    both = {c.subject for c in one.commands} & {c.subject for c in other.commands}
    assert both == {PROTRACTED_DEFAULT}, "the rule alone is not made up"


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_every_command_is_accepted_by_its_service_on_its_day(seed: int) -> None:
    programme = make_programme(small(seed))
    for service, decider in DECIDERS.items():
        states_after(decider, sent_to(service, programme))


def test_the_whole_history_is_accepted_and_the_oracle_counts_what_exports_decides() -> None:
    states_after(DECIDERS["registry"], sent_to("registry", PROGRAMME))
    states_after(DECIDERS["orders"], sent_to("orders", PROGRAMME))
    shipments: list[exports.Shipment] = list(
        states_after(DECIDERS["exports"], sent_to("exports", PROGRAMME)).values()
    )
    standing = [s.goods for s in shipments if s.status is not exports.Status.CANCELLED]
    counted = figures.total(EXPECTED.figures)
    assert counted.fob_centimes == sum(goods.fob.mad_centimes for goods in standing)
    assert counted.net_mass_grams == sum(goods.net_mass_grams for goods in standing)
    assert counted.shipments == len(standing)


def test_the_terms_of_the_rule_of_default_come_first() -> None:
    first = PROGRAMME.commands[0]
    assert first.day == PROGRAMME.scenario.first_day
    assert first.body == TERMS.model_copy(update={"effective_on": first.day})


def test_every_cell_comes_to_its_target_to_the_centime() -> None:
    for scenario, programme in ((PROGRAMME.scenario, PROGRAMME), (small(5), None)):
        counted = expected((programme or make_programme(scenario)).commands).figures
        cells: Counter[Cell] = Counter()
        for group, measures in counted.items():
            cells[cell_of(group)] += measures.fob_centimes
        last_month = f"{scenario.last_day:%Y-%m}"
        assert cells == {c: v for c, v in all_targets().items() if c.month <= last_month}


def cell_of(group: figures.Group) -> Cell:
    """What is published apart stays apart, all else is together."""
    partner = group.partner if group.partner in PUBLISHED else REST
    product_group = group.product_group if group.product_group in PUBLISHED else REST
    return Cell(group.month, partner, product_group)


def test_two_years_have_twenty_thousand_commands_of_every_kind() -> None:
    kinds = Counter(type(command.body) for command in PROGRAMME.commands)
    assert set(kinds) == set(ROUTES)
    assert 19_000 <= len(PROGRAMME.commands) <= 21_000
    assert len({(c.subject, c.key) for c in PROGRAMME.commands}) == len(PROGRAMME.commands)


def test_commands_are_sent_on_mondays_and_at_the_very_end() -> None:
    *days, last = PROGRAMME.scenario.days
    assert {day.weekday() for day in days} == {0}
    assert last == PROGRAMME.scenario.last_day
    assert {command.day for command in PROGRAMME.commands} <= {*days, last}


@given(passed=st.integers(0, 60), step=st.integers(1, 40))
def test_what_happens_is_told_on_the_next_day_of_telling(passed: int, step: int) -> None:
    scenario = Scenario(last_day=date(2024, 2, 29), step_days=step)
    day = scenario.first_day + timedelta(days=passed)
    told = scenario.told_on(day)
    if scenario.lasts_to(day):
        assert told == min(one for one in scenario.days if one >= day)
    else:
        assert told == day


def test_defaults_end_in_every_way() -> None:
    reasons = {default.reason for default in EXPECTED.defaults}
    assert reasons == {
        None,
        "paid-in-time",
        "recovered",
        "disputed",
        "extended",
        "exposure-corrected",
        "order-cancelled",
    }
    assert any(default.episode > 1 for default in EXPECTED.defaults)


def test_over_47_percent_of_cooperatives_are_led_by_women() -> None:
    flags = [
        c.body.women_led
        for c in PROGRAMME.commands
        if isinstance(c.body, RegisterProducer) and c.body.kind is ProducerKind.COOPERATIVE
    ]
    assert flags.count(WomenLed.YES) > len(flags) * 0.47


def test_producers_are_of_all_regions_kinds_and_chains() -> None:
    bodies = [c.body for c in PROGRAMME.commands if isinstance(c.body, RegisterProducer)]
    assert {body.region for body in bodies} == {region.code for region in REGIONS}
    assert {body.kind for body in bodies} == set(ProducerKind) - {ProducerKind.UNKNOWN}
    assert len({body.chain for body in bodies}) >= 12
    assert {body.women_led for body in bodies} == set(WomenLed)


def test_what_can_be_sent_side_by_side_does_not_rest_on_each_other() -> None:
    registered = {c.subject: c.day for c in PROGRAMME.commands if c.key.startswith("producer")}
    created: dict[str, date] = {}
    for command in PROGRAMME.commands:
        if isinstance(command.body, ExportShipment):
            assert registered[command.body.exporter_id] < command.day
        if isinstance(command.body, ExportShipment | PlaceOrder):
            created[command.subject] = command.day
        elif route_of(command).do:
            assert command.day >= created[command.subject]


def test_some_amendments_come_months_later_or_move_the_month_or_name_the_partner() -> None:
    declared = {c.subject: c for c in PROGRAMME.commands if isinstance(c.body, ExportShipment)}
    late, moved, named = 0, 0, 0
    for command in PROGRAMME.commands:
        first = declared.get(command.subject)
        if not isinstance(command.body, AmendDeclaration) or first is None:
            continue
        was, right = first.body, command.body.goods
        assert isinstance(was, ExportShipment)
        late += command.day - first.day > timedelta(days=60)
        moved += was.exported_on.month != right.exported_on.month
        named += was.partner != right.partner
    assert min(late, moved, named) > 5
