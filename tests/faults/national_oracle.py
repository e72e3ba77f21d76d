"""What must be known of the nation in the end, counted plainly from all that stands then."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from contracts.exports import DeclaredGoods, ExporterStamp

Nation = dict[tuple[str, ...], int]
"""By the record's key without the day; no zeros."""


def exporters(stands: Iterable[tuple[ExporterStamp, DeclaredGoods]], day: date) -> Nation:
    """How many take part, each once, in one month and in twelve: those that have begun by `day`."""
    found: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for who, goods in stands:
        first = int(goods.month[:4]) * 12 + int(goods.month[5:]) - 1
        kind, led = who.kind.value, who.women_led.value
        for group in (("", "", ""), (who.region, "", ""), ("", kind, ""), ("", "", led)):
            for months in (1, 12):
                for last in range(first, min(first + months, day.year * 12 + day.month)):
                    name = f"{last // 12}-{last % 12 + 1:02}"
                    found["exporters", str(months), name, *group].add(who.producer_id)
    return {name: len(counted) for name, counted in found.items()}


def exposure(invoices: Iterable[tuple[str, str, int]]) -> Nation:
    """What each debtor owes, each country, and all together."""
    found: Counter[tuple[str, ...]] = Counter()
    for debtor, country, centimes in invoices:
        for whose in ((debtor, ""), ("", country), ("", "")):
            found["exposure", *whose] += centimes
    return dict(+found)
