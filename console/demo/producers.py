"""The producers of the programme: who they are, and what the registry learns of them."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from console.demo.chance import happens, pick, stream
from console.demo.dated import DatedCommand, Scenario
from console.demo.goods import CHAINS, GROUP_SHARES, WARES
from contracts.reference.regions import REGIONS
from contracts.values import ProducerKind, WomenLed
from services.registry.domain import CorrectProducer, MoveProducer, RegisterProducer

MOVES = 8
CORRECTIONS = 5
NEWCOMERS_PER_THOUSAND = 150
KINDS = {ProducerKind.ARTISAN: 50, ProducerKind.COOPERATIVE: 32, ProducerKind.ENTERPRISE: 18}
WOMEN_LED_PERCENT = {
    ProducerKind.ARTISAN: 30,
    ProducerKind.COOPERATIVE: 47,
    ProducerKind.ENTERPRISE: 12,
}
REGION_WEIGHTS = {"MA-03": 24, "MA-07": 26, "MA-06": 12, "MA-04": 10, "MA-01": 8, "MA-09": 6}
"""Where crafts are most at home (made up); every other region weighs 2."""


class Producer(NamedTuple):
    """A producer who is known to the programme from `since`, as first registered."""

    id: str
    since: date
    registration: RegisterProducer


def make_producers(scenario: Scenario) -> tuple[list[Producer], list[DatedCommand]]:
    """The producers, and all commands to the registry in the order of their days."""
    rng = stream(scenario.seed, "producers")
    producers: list[Producer] = []
    commands: list[DatedCommand] = []
    for number in range(scenario.producers):
        key = f"producer-{number:04}"
        registration = _registration(rng, number, scenario)
        since = max(registration.registered_on, scenario.first_day)
        producer = Producer(scenario.created_id("producer", key), since, registration)
        producers.append(producer)
        commands.append(DatedCommand(since, producer.id, key, registration))
    changed = rng.sample(producers, min(MOVES + CORRECTIONS, len(producers)))
    commands += _moves(rng, scenario, changed[:MOVES])
    commands += _corrections(rng, scenario, changed[MOVES:])
    return producers, commands


def by_chain(producers: list[Producer]) -> dict[str, list[Producer]]:
    """Who can make what; goods of no chain come from anybody."""
    makers = {
        chain: [producer for producer in producers if producer.registration.chain == chain]
        for chain in CHAINS
    }
    return makers | {"unknown": producers}


def _registration(rng: random.Random, number: int, scenario: Scenario) -> RegisterProducer:
    kind = pick(rng, KINDS)
    return RegisterProducer(
        registered_on=_registered_on(rng, number, scenario),
        kind=kind,
        region=_region(rng, number),
        women_led=_women_led(rng, kind),
        chain=_chain(rng, number),
    )


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


def _women_led(rng: random.Random, kind: ProducerKind) -> WomenLed:
    if happens(rng, 30):
        return WomenLed.UNKNOWN
    return WomenLed.YES if rng.randrange(100) < WOMEN_LED_PERCENT[kind] else WomenLed.NO


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
