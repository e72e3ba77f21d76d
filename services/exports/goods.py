"""From what a declarant states to what the platform counts. All problems are found at once."""

from collections.abc import Iterator
from decimal import Decimal

from contracts.exports import DeclaredGoods, FobValue
from contracts.mass import grams
from contracts.money import mad_centimes
from contracts.problem import Problem, Refusal, RefusedError
from contracts.reference import chains, countries, crafts, currencies, harmonized_system, units
from contracts.values import MAX_WHOLE, Money, Product, Quantity, StatedQuantity
from services.exports.commands import GoodsStatement

HOME = "MA"
HOME_CURRENCY = "MAD"


def declared_goods(stated: GoodsStatement, *found_before: Problem) -> DeclaredGoods:
    """Check a statement and value it: stated price x rate, half-even to the centime.

    `found_before` are problems of the same command that shall be told together with these.

    Raises:
        RefusedError: naming every field that cannot be counted.
    """
    problems = [*found_before, *_problems(stated)]
    if problems:
        raise RefusedError(Refusal.INVALID, *problems)
    rate = stated.exchange_rate
    mad_per_unit = rate.mad_per_unit if rate else Decimal(1)
    value = FobValue.model_construct(
        stated=Money(amount=stated.fob.amount, currency=stated.fob.currency),
        rate=mad_per_unit,
        rate_date=rate.date if rate else stated.exported_on,
        mad_centimes=_within("fob.amount", mad_centimes(stated.fob.amount, mad_per_unit)),
    )
    return DeclaredGoods.model_construct(
        exported_on=stated.exported_on,
        month=f"{stated.exported_on:%Y-%m}",
        partner=stated.partner,
        channel=stated.channel,
        transport_mode=stated.transport_mode,
        product=Product.model_construct(
            hs_code=stated.hs_code,
            hs_edition=harmonized_system.EDITION,
            product_group=crafts.product_group(stated.hs_code),
            chain=stated.chain,
        ),
        fob=value,
        net_mass_grams=_within("net_mass_kg", grams(stated.net_mass_kg)),
        quantity=_quantity(stated.quantity),
    )


def _quantity(stated: StatedQuantity | None) -> Quantity | None:
    return None if stated is None else Quantity(value=stated.value, unit=stated.unit)


def _problems(stated: GoodsStatement) -> Iterator[Problem]:
    if not harmonized_system.is_valid(stated.hs_code):
        yield Problem("hs_code_unknown", "hs_code", f"{stated.hs_code} is no code of HS 2022")
    if stated.partner == HOME:
        yield Problem("partner_domestic", "partner", "an export leaves the country")
    elif not countries.is_partner(stated.partner):
        yield Problem("partner_unknown", "partner", f"{stated.partner} is no country of ISO 3166")
    if stated.chain != "unknown" and not chains.is_chain(stated.chain):
        yield Problem("chain_unknown", "chain", f"{stated.chain} is no production chain")
    if stated.quantity and not units.is_unit(stated.quantity.unit):
        yield Problem("unit_unknown", "quantity.unit", f"{stated.quantity.unit} is no unit of HS")
    if stated.fob.amount == 0:
        yield Problem("price_zero", "fob.amount", "nothing was valued")
    yield from _currency_problems(stated)


def _currency_problems(stated: GoodsStatement) -> Iterator[Problem]:
    currency, rate = stated.fob.currency, stated.exchange_rate
    if not currencies.is_currency(currency):
        yield Problem("currency_unknown", "fob.currency", f"{currency} is no currency of ISO 4217")
    elif currency == HOME_CURRENCY and rate is not None:
        yield Problem("rate_needless", "exchange_rate", f"{HOME_CURRENCY} is not converted")
    elif currency != HOME_CURRENCY and rate is None:
        yield Problem("rate_missing", "exchange_rate", f"is required for {currency}")
    elif rate is not None and rate.mad_per_unit == 0:
        yield Problem("rate_zero", "exchange_rate.mad_per_unit", "must be above zero")


def _within(field: str, whole: int) -> int:
    if whole > MAX_WHOLE:
        raise RefusedError(
            Refusal.INVALID,
            Problem("too_large", field, f"exceeds {MAX_WHOLE} in its smallest unit"),
        )
    return whole
