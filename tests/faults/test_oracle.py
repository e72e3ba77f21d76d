"""The comparison sees what is lost, said twice, and said by nobody."""

from collections import Counter

from tests.faults.adapter import events, sources
from tests.faults.oracle import Amounts, Oracle, Place, Trigger, compared

FRENCH = Place(3, sources.day(1), "300", "FR", "2026-03", "570110")
SPANISH = FRENCH._replace(day=sources.day(2), partner="ES")
REVERSED = FRENCH._replace(day=sources.day(2))
LOSS = Trigger("RiskTriggerConstituted", "loss", "a")
TOTALS: dict[Place, Amounts] = {
    FRENCH: (5, 1_500, 2_500, 1),
    REVERSED: (-5, -1_500, -2_500, -1),
    SPANISH: (7, 1_500, 2_500, 1),
}


def played() -> Oracle:
    oracle = Oracle()
    oracle.take(3, sources.day(1), "a", events.exported(events.goods(5)))
    oracle.take(3, sources.day(2), "a", events.amended(events.goods(7, partner="ES")))
    oracle.take(3, sources.day(2), "a", events.lost())
    return oracle


def test_an_amendment_reverses_and_books_on_the_day_it_became_known() -> None:
    assert played().totals == TOTALS
    assert played().triggers == {LOSS}


def test_an_unpaid_invoice_is_said_when_its_waiting_day_is_over() -> None:
    oracle = Oracle()
    oracle.take(3, sources.day(1), "order", sources.placed())
    oracle.take(3, sources.day(1), "order", sources.invoice(1))
    oracle.close(sources.day(1))
    assert oracle.triggers == set()

    oracle.close(sources.day(2))

    (said,) = oracle.triggers
    assert said == Trigger("RiskTriggerConstituted", "protracted-default", "order/INV-1")


def test_while_anything_of_the_order_waits_nothing_is_said_of_its_invoice() -> None:
    oracle = Oracle()
    oracle.take(3, sources.day(1), "order", sources.placed())
    oracle.take(3, sources.day(1), "order", sources.invoice(1))
    oracle.wait("order", 2)
    oracle.close(sources.day(2))
    oracle.wait("order", -1)
    oracle.close(sources.day(3))
    assert oracle.triggers == set()

    oracle.wait("order", -1)
    oracle.close(sources.day(4))

    assert [said.subject for said in oracle.triggers] == ["order/INV-1"]


def test_the_nation_counts_each_exporter_once_and_what_nobody_paid() -> None:
    oracle = played()
    oracle.take(4, sources.day(2), "b", events.exported())
    for ordered, buyer in (("order", "ann"), ("other", "bob")):
        oracle.take(3, sources.day(2), ordered, sources.placed(buyer))
        oracle.take(3, sources.day(2), ordered, sources.invoice(9))
    oracle.take(3, sources.day(2), "other", sources.paid(2))

    groups = [("", "", ""), ("MA-03", "", ""), ("", "cooperative", ""), ("", "", "yes")]
    spans = [("exporters", months, "2026-03") for months in ("1", "12")]
    counted = {(*span, *group): 1 for span in spans for group in groups}
    whose = [("ann", ""), ("", "FR"), ("", "")]
    assert oracle.nation(sources.day(2)) == counted | {("exposure", *w): 105_001 for w in whose}


def test_what_is_right_is_no_finding_and_each_difference_is_one() -> None:
    oracle, said = played(), Counter([LOSS])
    without = {place: total for place, total in TOTALS.items() if place != SPANISH}
    doubled = TOTALS | {SPANISH: (14, 3_000, 5_000, 2)}
    falsified = TOTALS | {SPANISH: (8, 1_500, 2_500, 1)}

    assert compared(oracle, TOTALS, said) == (0, 0, 0)
    assert compared(oracle, without, said) == (1, 0, 0)
    assert compared(oracle, doubled, said) == (0, 1, 0)
    assert compared(oracle, falsified, said) == (0, 0, 1)
    assert compared(oracle, TOTALS, Counter()) == (1, 0, 0)
    assert compared(oracle, TOTALS, Counter([LOSS, LOSS])) == (0, 1, 0)
    assert compared(oracle, TOTALS, said + Counter([LOSS._replace(subject="b")])) == (0, 0, 1)
