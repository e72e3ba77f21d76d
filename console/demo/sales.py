"""The sales behind the exports: made so that each cell of `targets` comes out to the centime."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import NamedTuple

from console.demo.chance import deck, happens, pick, stream
from console.demo.dated import Scenario
from console.demo.goods import GROUP_SHARES, Lot, Ware, lot, wares_of
from console.demo.markets import CHANNELS, PARTNER_SHARES, currency_of, mad_per_unit
from console.demo.producers import Producer, by_chain
from console.demo.targets import PERIODS, REST, all_targets, parted
from contracts.values import Channel, StatedMoney

SECOND_LOT_PER_THOUSAND = 170
CENT = Decimal("0.01")
PUBLISHED = {name for period in PERIODS for name in (*period.partners, *period.groups)} - {REST}


class Sale(NamedTuple):
    """What somebody buys from a producer: lots of one product group, exported on one day."""

    producer: Producer
    partner: str
    channel: Channel
    buyer_id: str
    exported_on: date
    lots: tuple[Lot, ...]

    @property
    def currency(self) -> str:
        return self.lots[0].price.currency

    @property
    def total(self) -> StatedMoney:
        amount = sum((lot.price.amount for lot in self.lots), Decimal(0))
        return StatedMoney(amount=amount, currency=self.currency)


def make_sales(scenario: Scenario, producers: list[Producer]) -> list[Sale]:
    """All sales whose goods leave the country, in the order in which they do."""
    months = _months(scenario)
    cells = {cell: value for cell, value in all_targets().items() if cell.month in months}
    whole = sum(cells.values())
    sales = Sales(scenario, "sales", producers)
    made = [
        sale
        for cell, value in cells.items()
        for sale in sales.adding_up_to(
            value,
            lots=max(round(Fraction(scenario.shipments * value, whole)), 1),
            partners=_within(PARTNER_SHARES, cell.partner),
            groups=_within(GROUP_SHARES, cell.group),
            days=months[cell.month],
        )
    ]
    return sorted(made, key=lambda sale: sale.exported_on)


def _months(scenario: Scenario) -> dict[str, list[date]]:
    """The months that are played, with their days. On the very first day nothing is exported."""
    length = (scenario.last_day - scenario.first_day).days
    months: dict[str, list[date]] = {}
    for passed in range(1, length + 1):
        day = scenario.first_day + timedelta(days=passed)
        months.setdefault(f"{day:%Y-%m}", []).append(day)
    return months


class Sales:
    """Makes up sales from a stream of chance of its own."""

    def __init__(self, scenario: Scenario, name: str, producers: list[Producer]) -> None:
        self.rng = stream(scenario.seed, name)
        self._makers = by_chain(producers)

    def adding_up_to(
        self,
        value: int,
        *,
        lots: int,
        partners: Mapping[str, int],
        groups: Mapping[str, int],
        days: Sequence[date],
    ) -> Iterator[Sale]:
        """Sales of so many lots, worth exactly `value` centimes of MAD.

        A price in a foreign currency cannot hit every centime: what it misses is added to the next
        sale, and the last one is billed in dirhams.
        """
        partner_deck, group_deck = deck(self.rng, partners, lots), deck(self.rng, groups, lots)
        values = parted(value, [self._size() for _ in range(lots)])
        missed = 0
        while values:
            count = min(1 + happens(self.rng, SECOND_LOT_PER_THOUSAND), len(values))
            due = [values.pop() for _ in range(count)]
            due[0] += missed
            partner = partner_deck.pop()
            currency = currency_of(partner) if values else "MAD"
            sale = self.sale(partner, group_deck.pop(), currency, self.rng.choice(days), due)
            missed = sum(due) - sum(mad_centimes(lot.price, sale.exported_on) for lot in sale.lots)
            yield sale

    def sale(
        self, partner: str, group: str, currency: str, day: date, values: Sequence[int]
    ) -> Sale:
        """A sale whose lots are worth about `values` centimes of MAD, exactly if billed in MAD."""
        ware = self.rng.choice(wares_of(group))
        wares = [ware, *(self._of_same_maker(ware) for _ in values[1:])]
        return Sale(
            producer=self._maker(ware.chain, day),
            partner=partner,
            channel=pick(self.rng, CHANNELS),
            buyer_id=f"buyer-{partner.lower()}-{self.rng.randrange(400):05}",
            exported_on=day,
            lots=tuple(
                lot(self.rng, one, value, priced(value, currency, day))
                for one, value in zip(wares, values, strict=True)
            ),
        )

    def _maker(self, chain: str, day: date) -> Producer:
        """Somebody whom the registry told of on a day before `day`."""
        return self.rng.choice([maker for maker in self._makers[chain] if maker.since < day])

    def _of_same_maker(self, ware: Ware) -> Ware:
        return self.rng.choice([w for w in wares_of(ware.group) if w.chain == ware.chain])

    def _size(self) -> int:
        """A product of two draws, so that small lots are many and large ones few."""
        return self.rng.randint(20, 90) * self.rng.randint(20, 90)


def priced(centimes: int, currency: str, day: date) -> StatedMoney:
    """So many centimes of MAD in a currency, to its cent."""
    amount = Decimal(centimes).scaleb(-2) / mad_per_unit(currency, day)
    return StatedMoney(amount=amount.quantize(CENT, ROUND_HALF_EVEN), currency=currency)


def mad_centimes(price: StatedMoney, day: date) -> int:
    """What customs will make of the price: times the day's rate, half-even to the centime."""
    value = price.amount * mad_per_unit(price.currency, day) * 100
    return int(value.to_integral_value(ROUND_HALF_EVEN))


def _within(weights: Mapping[str, int], name: str) -> dict[str, int]:
    """The weights of all that `name` stands for: itself, or all without a published share."""
    if name != REST:
        return {name: 1}
    return {key: weight for key, weight in weights.items() if key not in PUBLISHED}
