"""Who does not pay within the waiting period: each way in which a default can go on.

`default` below is the day on which the rule of protracted default constitutes: the due day and the
waiting period. What was agreed or paid before it can come to be known after it.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from console.demo.bills import Bill, Told
from console.demo.chance import happens, pick
from services.orders.commands import CancelOrder

WAITING = timedelta(days=180)
Chance = random.Random
Way = Callable[[Chance, Bill, date], Iterator[Told]]


def not_in_waiting_period(rng: Chance, bill: Bill) -> Iterator[Told]:
    """What is told of an invoice that, as far as is known, is unpaid on the day of default."""
    return pick(rng, WAYS)(rng, bill, bill.due_on + WAITING)


def _never(_rng: Chance, _bill: Bill, _default: date) -> Iterator[Told]:
    return iter(())


def _recovered(rng: Chance, bill: Bill, default: date) -> Iterator[Told]:
    yield bill.paid(_after(rng, default, 4, 150))


def _paid_in_time(rng: Chance, bill: Bill, default: date) -> Iterator[Told]:
    """The bank was slow to tell."""
    yield bill.paid(_before(rng, default, 0, 9), told=_after(rng, default, 2, 25))


def _disputed(rng: Chance, bill: Bill, default: date) -> Iterator[Told]:
    opened = _after(rng, default, 4, 60)
    settled = _after(rng, opened, 15, 70)
    credited = rng.choice((0, 0, 25, 100))
    yield bill.disputed(opened)
    yield bill.settled(settled, credited)
    if credited < 100 and happens(rng, 500):
        yield bill.rest_paid(_after(rng, settled, 10, 60), credited)


def _extended_in_time(rng: Chance, bill: Bill, default: date) -> Iterator[Told]:
    """Agreed before the default, filed after it. Then paid, or not paid again."""
    agreed = _before(rng, default, 10, 40)
    due_on = _after(rng, bill.due_on, 60, 120)
    yield bill.extended(agreed, due_on, told=_after(rng, default, 2, 25))
    if happens(rng, 600):
        yield bill.paid(_after(rng, default, 30, 55))


def _extended_late(rng: Chance, bill: Bill, default: date) -> Iterator[Told]:
    """An agreement after the default does not undo it."""
    agreed = _after(rng, default, 5, 30)
    due_on = _after(rng, agreed, 30, 90)
    yield bill.extended(agreed, due_on)
    if happens(rng, 700):
        yield bill.paid(_after(rng, due_on, -10, 10))


def _part_in_time(rng: Chance, bill: Bill, default: date) -> Iterator[Told]:
    """Part of it had come before, which is learnt after: the exposure is corrected."""
    percent = rng.choice((20, 40, 60))
    yield bill.paid(_before(rng, default, 1, 15), percent=percent, told=_after(rng, default, 2, 25))
    if happens(rng, 400):
        yield bill.rest_paid(_after(rng, default, 40, 120), percent)


def _part_late(rng: Chance, bill: Bill, default: date) -> Iterator[Told]:
    """Part of it comes after: the default stands until the rest does too."""
    percent = rng.choice((20, 40, 60))
    yield bill.paid(_after(rng, default, 5, 40), percent=percent)
    if happens(rng, 500):
        yield bill.rest_paid(_after(rng, default, 60, 140), percent)


def _order_cancelled(rng: Chance, bill: Bill, default: date) -> Iterator[Told]:
    day = _after(rng, default, 10, 80)
    yield Told(day, "cancel", CancelOrder(cancelled_on=day, reason="goods-returned"))


WAYS: dict[Way, int] = {
    _never: 26,
    _recovered: 22,
    _paid_in_time: 14,
    _disputed: 10,
    _extended_in_time: 8,
    _part_in_time: 7,
    _part_late: 6,
    _extended_late: 4,
    _order_cancelled: 3,
}


def _after(rng: Chance, day: date, least: int, most: int) -> date:
    return day + timedelta(days=rng.randint(least, most))


def _before(rng: Chance, day: date, least: int, most: int) -> date:
    return day - timedelta(days=rng.randint(least, most))
