"""Two logs that are the same every time, of all that the folds know how to compute.

Nothing is drawn but by `Random.random`, whose numbers for a seed are those of every Python.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from contracts.event import Event
from contracts.exports import ShipmentDelayed
from contracts.orders import OrderCancelled, OrderRated
from contracts.values import ProducerKind, WomenLed
from tests.faults.adapter import FakeRecord, events, registry, sources
from tests.faults.sequence_oracle import Told
from tests.faults.sequences import BY_NAME, EXPORTS, ORDERS, RULES, TOPICS, Play

T = TypeVar("T")
DAYS = 60
EVENTS_A_DAY = 30
SUBJECTS = 80
"""Of shipments, of orders, of producers."""
RELEASES = ("redriven", "redriven", "skipped")
REGIONS = ("MA-03", "MA-07", "MA-11")
CHAINS = ("carpets", "pottery")


class Chance:
    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - the same every time

    def number(self, least: int, most: int) -> int:
        return least + int(self._random.random() * (most - least + 1))

    def one(self, of: Sequence[T]) -> T:
        return of[self.number(0, len(of) - 1)]

    def once_in(self, times: int) -> bool:
        return self.number(1, times) == 1


def of_exports() -> Play:
    """What three owners write in sixty days: each closes some of them later than the others do."""
    chance, play = Chance(2026), Play()
    for version in (1, 2, 3):
        effective, least = 1 + 20 * (version - 1), 30_000 * (version - 1)
        terms = sources.terms(6 - version, version=version, effective=effective, least=least)
        play.tell(RULES, sources.RULE_ID, sources.RULE_ID, version, terms)
    _lose(play)
    for day in range(1, DAYS + 1):
        for _ in range(EVENTS_A_DAY):
            _act(chance, play, chance.one((EXPORTS, ORDERS)), day)
        for topic in TOPICS:
            if day == DAYS or not chance.once_in(4):
                play.close(topic, day)
            if chance.once_in(8):
                play.marker_again(topic, chance.one(play.closed[topic]))
    return play


def _lose(play: Play) -> None:
    """An event that seems lost when it is passed over, and stands behind one that holds its key."""
    key, one, other = (events.uuid_of(f"lost {number}") for number in range(3))
    first, second, third = (events.amended(events.goods(number)) for number in (7, 8, 9))
    play.tell(EXPORTS, key, one, 1, events.exported(events.goods(6)))
    play.tell(EXPORTS, key, one, 3, second)
    held = play.tell(EXPORTS, key, other, 1, third)
    play.spoil(EXPORTS, held)
    play.release(EXPORTS, play.tell(EXPORTS, key, one, 2, first)._replace(id=key), "skipped")
    play.release(EXPORTS, held, "redriven")
    play.held[EXPORTS].clear()


def _act(chance: Chance, play: Play, topic: str, day: int) -> None:
    """The next event of a subject; now and then a release, or a copy."""
    held, written = play.held[topic], play.written[topic]
    if held and chance.once_in(12):
        told = chance.one(held)
        held.remove(told)
        play.release(topic, told, chance.one(RELEASES))
    elif written and chance.once_in(20):
        told = chance.one(written)
        assert told.event is not None
        play.tell(topic, told.key, told.subject, told.ordinal, told.event)
    else:
        _tell(chance, play, topic, chance.number(1, SUBJECTS), day)


def _tell(chance: Chance, play: Play, topic: str, number: int, day: int) -> None:
    """Now and then it cannot be read, or another one has its ordinal, or comes before it; and that
    one may be all that comes."""
    order, shipment = events.uuid_of(f"order {number}"), events.uuid_of(f"shipment {number}")
    subject = order if topic == ORDERS else shipment
    key = order if number % 3 else subject
    ordinal = play.said.get(subject, 0) + 1
    early = chance.once_in(40)
    says = [_SAYS[topic](chance, ordinal + at, day) for at in range(2 if early else 1)]
    play.said[subject] = ordinal + early
    told = play.tell(topic, key, subject, ordinal + early, says[-1])
    if early:
        id_ = events.envelope(says[0], subject, ordinal, BY_NAME[topic]).id
        missing = Told(key, subject, ordinal, id_, says[0])
        if chance.once_in(2):
            play.held[topic].append(missing)
        else:
            play.tell(topic, *missing[:3], says[0])
    elif chance.once_in(40):
        play.spoil(topic, told)
    elif chance.once_in(40):
        other = _SAYS[topic](chance, ordinal, day)
        if other != told.event:
            play.held[topic].append(play.tell(topic, key, subject, ordinal, other))


def _of_shipment(chance: Chance, ordinal: int, day: int) -> Event:
    goods = events.goods(
        chance.number(1, 99_999),
        grams=chance.number(1, 9_999),
        partner=chance.one(("FR", "US", "DE")),
        month=chance.one(("2026-02", "2026-03", "2026-04")),
        quantity=chance.one((None, "1.25", "3")),
        hs_code=chance.one(("570110", "691200")),
    )
    if ordinal == 1:
        return events.exported(goods, by=chance.one(("one", "two", "three")))
    if chance.once_in(30):
        return events.cancelled()
    delayed = ShipmentDelayed(
        noticed_on=sources.day(day), expected_on=sources.day(day + 9), reason="strike"
    )
    damaged = events.damaged(chance.one(("0", "5", "5.01", "12.5", "60")))
    restamped = events.restamped(chance.one(REGIONS))
    others = (events.lost(), events.delivered(), delayed, damaged, damaged, restamped)
    return chance.one((events.amended(goods), events.amended(goods), *others))


def _of_order(chance: Chance, ordinal: int, day: int) -> Event:
    on = max(1, day - chance.number(0, 9))
    if ordinal == 1:
        return sources.placed(chance.one(("ann", "bob", "cem")), chance.one(("FR", "US")))
    if ordinal == 2:
        kind = chance.one(("private", "private", "public"))
        centimes = chance.number(20_000, 200_000)
        return sources.invoice(on + chance.number(0, 9), centimes=centimes, buyer_kind=kind)
    if chance.once_in(20):
        return OrderCancelled(cancelled_on=sources.day(on), reason="agreed")
    return chance.one(
        (
            sources.paid(on, chance.one(("30", "33.33"))),
            sources.paid(on, chance.one(("30", "100"))),
            sources.extended(on, on + chance.number(1, 15)),
            sources.disputed(on),
            sources.settled(on, chance.one((None, "20"))),
            OrderRated(rated_on=sources.day(on), stars=chance.number(1, 5)),
        )
    )


_SAYS: dict[str, Callable[[Chance, int, int], Event]] = {EXPORTS: _of_shipment, ORDERS: _of_order}


def of_registry() -> list[FakeRecord]:
    """What the registry writes in sixty days, with copies and with events that come too early."""
    chance, log = Chance(2027), registry.Log().close(sources.day(0), None)
    last = [0] * SUBJECTS
    for day in range(1, DAYS + 1):
        for _ in range(EVENTS_A_DAY):
            number = chance.number(0, SUBJECTS - 1)
            producer, ordinal = registry.uuid_of(f"producer {number}"), last[number] + 1
            early = chance.once_in(20)
            last[number] += 1 + early
            for at in reversed(range(1 + early)):
                event = _of_producer(chance, ordinal + at)
                for _ in range(2 if chance.once_in(20) else 1):
                    log.append(producer, ordinal + at, event)
        log.close(sources.day(day), sources.day(day - 1))
    return [FakeRecord(**vars(record)) for record in log.records]


def _of_producer(chance: Chance, ordinal: int) -> Event:
    kind, led = chance.one([*ProducerKind]), chance.one([*WomenLed])
    region, chain = chance.one(REGIONS), chance.one(CHAINS)
    if chance.once_in(30) if ordinal > 1 else not chance.once_in(10):
        return registry.registered(region, chain=chain, kind=kind, women_led=led)
    if chance.once_in(2):
        return registry.moved(region)
    stated = {"region": region, "chain": chain, "kind": kind.value, "women_led": led.value}
    return registry.corrected(**{name: of for name, of in stated.items() if chance.once_in(3)})
