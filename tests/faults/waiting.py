"""What waits from one round to the next: behind what cannot be read, a gap, or a conflict.

Each story is told in two parts, the second in the round after the first. Beside each record stands
what becomes known by it: nothing of what waits, and all that waited with the record that frees it.
"""

from typing import NamedTuple

from contracts.event import Event, Redriven, Skipped
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS, ORDERS_ORDERS
from tests.faults.adapter import events as made
from tests.faults.adapter import sources


class Told(NamedTuple):
    """An event in its place; `key` is that of its record."""

    topic: Topic
    key: str
    subject: str
    ordinal: int | None
    event: Event


class Line(NamedTuple):
    """A record, and all that becomes known by it, in its order.

    `waits` is for how many things more its key waits, `held` how many records more are held, and
    `aside` whether it is put aside: since it cannot be read, or since its place is taken.
    """

    told: Told
    known: tuple[Told, ...] = ()
    waits: int = 0
    held: int = 0
    aside: bool = False
    spoilt: bool = False


Lines = list[Line]
Story = tuple[Lines, Lines]


def counts(told: Told) -> Line:
    return Line(told, (told,))


def spoilt(told: Told) -> Line:
    """Its data was damaged on the way: it holds its key."""
    return Line(told, waits=1, held=1, aside=True, spoilt=True)


def conflicts(told: Told) -> Line:
    """Its ordinal is another's already: it holds its key."""
    return Line(told, waits=1, held=1, aside=True)


def parked(told: Told) -> Line:
    """Its key is held."""
    return Line(told, held=1)


def early(told: Told) -> Line:
    """The one before it is missing."""
    return Line(told, waits=1)


def frees(release: Told, *known: Told, waits: int = 1, held: int = 0) -> Lines:
    """It ends so much waiting; said again, it changes nothing."""
    return [Line(release, known, waits=-waits, held=-held), Line(release)]


def told_again(told: Told) -> Told:
    """The owner's word, with the data as it should have been."""
    event_type, body = told.event.event_type(), told.event.encode().decode()
    release = Redriven.model_validate(_about(told) | {"type": event_type, "body": body})
    return told._replace(ordinal=None, event=release)


def passed_over(told: Told) -> Told:
    """The owner's word that it counts nothing."""
    return told._replace(ordinal=None, event=Skipped.model_validate(_about(told)))


def _about(told: Told) -> dict[str, object]:
    of = made.envelope(told.event, told.subject, told.ordinal, told.topic)
    place = {"aggregate": told.subject, "ordinal": told.ordinal, "event_id": of.id}
    return {**place, "decided_on": sources.day(1), "reason": "tried"}


def poison(name: str) -> Line:
    """The first event of a shipment of which nothing more is ever heard."""
    return spoilt(_Shipment(name).exported())


def stories(day: int) -> list[Story]:
    """Those that begin on the `day`-th day."""
    return [
        _of_an_order(_Order(f"held-shipment-{day}"), day),
        _of_an_invoice(_Order(f"held-invoice-{day}"), day),
        _of_an_early_invoice(_Order(f"early-invoice-{day}"), day),
        _of_one_passed_over(_Shipment(f"passed-over-{day}")),
        _of_two_holds(_Shipment(f"two-holds-{day}")),
        _of_a_gap(_Shipment(f"gap-{day}")),
        _of_one_that_never_came(_Shipment(f"never-came-{day}")),
        _of_a_conflict(_Shipment(f"conflict-{day}")),
    ]


class _Order:
    def __init__(self, name: str) -> None:
        self.id = made.uuid_of(name)
        self.placed = self.says(1, sources.placed(name))

    def says(self, ordinal: int, event: Event) -> Told:
        return Told(ORDERS_ORDERS, self.id, self.id, ordinal, event)


class _Shipment:
    """Of an order, if it has its key; `name` is its exporter's too."""

    def __init__(self, name: str, key: str = "") -> None:
        self._name = name
        self._id = made.uuid_of(f"shipment of {name}")
        self._key = key or self._id

    def says(self, ordinal: int, event: Event) -> Told:
        return Told(EXPORTS_SHIPMENTS, self._key, self._id, ordinal, event)

    def exported(self, centimes: int = 1_000) -> Told:
        return self.says(1, made.exported(made.goods(centimes), by=self._name))

    def amended(self, ordinal: int, centimes: int) -> Told:
        return self.says(ordinal, made.amended(made.goods(centimes, partner="US")))

    def lost(self, ordinal: int) -> Told:
        return self.says(ordinal, made.lost())


def _of_an_order(order: _Order, day: int) -> Story:
    """All that has its key waits, its timers too: nobody says that the invoice is overdue, which is
    paid before the key is free."""
    one, other = (_Shipment(f"{order.id} {number}", order.id) for number in "ab")
    amended, lost, exported = one.amended(2, 1_200), one.lost(3), other.exported(70)
    before = [order.placed, order.says(2, sources.invoice(day - 1)), one.exported()]
    waiting = [spoilt(amended), parked(lost), parked(lost), parked(exported)]
    freed = frees(told_again(amended), amended, lost, exported, held=4)
    return [*map(counts, before), *waiting], [counts(order.says(3, sources.paid(day))), *freed]


def _of_an_invoice(order: _Order, day: int) -> Story:
    invoice, paid = order.says(2, sources.invoice(day - 1)), order.says(3, sources.paid(day))
    freed = frees(told_again(invoice), invoice, paid, held=2)
    return [counts(order.placed), spoilt(invoice), parked(paid)], freed


def _of_an_early_invoice(order: _Order, day: int) -> Story:
    """Its order comes the day after, when it is overdue already."""
    invoice = order.says(2, sources.invoice(day - 1))
    return [early(invoice)], [Line(order.placed, (order.placed, invoice), waits=-1)]


def _of_one_passed_over(shipment: _Shipment) -> Story:
    amended, again = shipment.amended(2, 1_300), shipment.amended(3, 1_400)
    waiting = [spoilt(amended), parked(again)]
    return [counts(shipment.exported()), *waiting], frees(passed_over(amended), again, held=2)


def _of_two_holds(shipment: _Shipment) -> Story:
    """The second is released first: it waits for what stands before it."""
    lives = [shipment.amended(2, 5), shipment.lost(3), shipment.amended(4, 6)]
    lives.append(shipment.says(5, made.delivered()))
    first, _, second, _ = lives
    waiting = [(spoilt, parked)[at % 2](told) for at, told in enumerate(lives)]
    then = frees(told_again(second), waits=0, held=1)
    then += frees(told_again(first), *lives, waits=2, held=3)
    return [counts(shipment.exported()), *waiting], then


def _of_a_gap(shipment: _Shipment) -> Story:
    lost, exported = shipment.lost(2), shipment.exported()
    return [early(lost)], [Line(exported, (exported, lost), waits=-1), Line(exported)]


def _of_one_that_never_came(shipment: _Shipment) -> Story:
    missing, lost = shipment.amended(2, 1_500), shipment.lost(3)
    return [counts(shipment.exported()), early(lost)], frees(passed_over(missing), lost)


def _of_a_conflict(shipment: _Shipment) -> Story:
    """The first stands."""
    second, amended = shipment.exported(9_999), shipment.amended(2, 1_600)
    waiting = [conflicts(second), parked(amended)]
    return [counts(shipment.exported()), *waiting], frees(passed_over(second), amended, held=2)
