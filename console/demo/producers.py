"""The producers of the programme: who they are, and what the registry learns of them."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from console.demo.chance import deck, happens, pick, stream
from console.demo.dated import DatedCommand, Scenario
from console.demo.goods import CHAINS, GROUP_SHARES, WARES
from contracts.reference.regions import REGIONS
from contracts.values import ProducerKind, WomenLed
from services.registry.domain import CorrectProducer, MoveProducer, RegisterProducer

MOVES_PER_THOUSAND = 40
CORRECTIONS_PER_THOUSAND = 20
NEWCOMERS_PER_THOUSAND = 150
KINDS = {ProducerKind.ARTISAN: 50, ProducerKind.COOPERATIVE: 32, ProducerKind.ENTERPRISE: 18}
WOMEN_LED = {
    ProducerKind.ARTISAN: {WomenLed.YES: 30, WomenLed.NO: 67, WomenLed.UNKNOWN: 3},
    ProducerKind.COOPERATIVE: {WomenLed.YES: 48, WomenLed.NO: 49, WomenLed.UNKNOWN: 3},
    ProducerKind.ENTERPRISE: {WomenLed.YES: 12, WomenLed.NO: 85, WomenLed.UNKNOWN: 3},
}
"""Per cent. Of cooperatives over 47 % are women's, as is published; the rest is made up."""
REGION_WEIGHTS = {"MA-03": 24, "MA-07": 26, "MA-06": 12, "MA-04": 10, "MA-01": 8, "MA-09": 6}
"""Where crafts are most at home (made up); every other region weighs 2."""


class Producer(NamedTuple):
    """A producer, as first registered, of whom the registry told on the day `since`."""

    id: str
    since: date
    registration: RegisterProducer


def make_producers(scenario: Scenario) -> tuple[list[Producer], list[DatedCommand]]:
    """The producers, and all commands to the registry in the order of their days."""
    rng = stream(scenario.seed, "producers")
    producers: list[Producer] = []
    commands: list[DatedCommand] = []
    for number, (kind, women_led) in enumerate(_kinds(rng, scenario.producers)):
        key = f"producer-{number:04}"
        registration = RegisterProducer(
            registered_on=_registered_on(rng, number, scenario),
            kind=kind,
            region=_region(rng, number),
            women_led=women_led,
            chain=_chain(rng, number),
        )
        since = scenario.told_on(max(registration.registered_on, scenario.first_day))
        producer = Producer(scenario.created_id("producer", key), since, registration)
        producers.append(producer)
        commands.append(DatedCommand(since, producer.id, key, registration))
    moves = len(producers) * MOVES_PER_THOUSAND // 1000
    corrections = len(producers) * CORRECTIONS_PER_THOUSAND // 1000
    changed = rng.sample(producers, moves + corrections)
    commands += _moves(rng, scenario, changed[:moves])
    commands += _corrections(rng, scenario, changed[moves:])
    return producers, commands


def by_chain(producers: list[Producer]) -> dict[str, list[Producer]]:
    """Who can make what; goods of no chain come from anybody."""
    makers = {
        chain: [producer for producer in producers if producer.registration.chain == chain]
        for chain in CHAINS
    }
    return makers | {"unknown": producers}


def _kinds(rng: random.Random, producers: int) -> list[tuple[ProducerKind, WomenLed]]:
    """The kind of each producer and whether women lead it, each in its share."""
    kinds = deck(rng, KINDS, producers)
    flags = {kind: deck(rng, WOMEN_LED[kind], kinds.count(kind)) for kind in KINDS}
    return [(kind, flags[kind].pop()) for kind in kinds]


def _registered_on(rng: random.Random, number: int, scenario: Scenario) -> date:
    """Most were registered in the years before; the first of each chain always."""
    if number >= 3 * len(CHAINS) and happens(rng, NEWCOMERS_PER_THOUSAND):
        return rng.choice(scenario.days[: len(scenario.days) * 2 // 3])
    return scenario.first_day - timedelta(days=rng.randint(1, 1500))


def _region(rng: random.Random, number: int) -> str:
    codes = [region.code for region in REGIONS]
    if number < len(codes):
        return codes[number]
    return pick(rng, {code: REGION_WEIGHTS.get(code, 2) for code in codes})


def _chain(rng: random.Random, number: int) -> str:
    named = [chain for chain in CHAINS if chain != "unknown"]
    if number < 3 * len(named):
        return named[number % len(named)]
    ware = rng.choice(WARES)
    group = pick(rng, GROUP_SHARES)
    made = [other.chain for other in WARES if other.group == group]
    return rng.choice([ware.chain, *made, *made])


def _moves(
    rng: random.Random, scenario: Scenario, movers: list[Producer]
) -> Iterator[DatedCommand]:
    for producer in movers:
        day = _some_day_after(rng, scenario, producer.since)
        others = [r.code for r in REGIONS if r.code != producer.registration.region]
        body = MoveProducer(moved_on=day, region=rng.choice(others))
        yield DatedCommand(day, producer.id, f"move-{producer.id}", body)


def _corrections(
    rng: random.Random, scenario: Scenario, wrong: list[Producer]
) -> Iterator[DatedCommand]:
    """What the registry held of them was wrong: the flag, so that every one is a change."""
    for producer in wrong:
        day = _some_day_after(rng, scenario, producer.since)
        held = producer.registration
        body = CorrectProducer(
            corrected_on=day,
            kind=held.kind,
            region=held.region,
            women_led=WomenLed.NO if held.women_led is WomenLed.YES else WomenLed.YES,
            chain=held.chain,
            reason="clerical-error",
        )
        yield DatedCommand(day, producer.id, f"correct-{producer.id}", body)


def _some_day_after(rng: random.Random, scenario: Scenario, day: date) -> date:
    later = [other for other in scenario.days if other > day]
    return rng.choice(later)
