"""Where crafts are sold and how they get there. Rates of exchange are made up."""

import random
from datetime import date
from decimal import Decimal

from contracts.values import Channel, TransportMode

PARTNER_SHARES = {
    "US": 44,
    "FR": 14,
    "ES": 6,
    "DE": 5,
    "GB": 5,
    "IT": 4,
    "BE": 3,
    "NL": 3,
    "CA": 3,
    "AE": 3,
    "SA": 2,
    "JP": 2,
    "QA": 1,
    "AU": 1,
    "TR": 1,
    "SN": 1,
    "CI": 1,
    "ZZ": 1,
}
"""Weights. The first three have a published share, which `targets` keeps exactly."""

CHANNELS = {
    Channel.WHOLESALE: 35,
    Channel.MARKETPLACE: 30,
    Channel.DIRECT: 20,
    Channel.FAIR: 15,
}
PAYMENT_METHODS = {"card": 45, "bank-transfer": 40, "mobile": 15}

_EURO = frozenset({"FR", "ES", "DE", "GB", "IT", "BE", "NL"})
_DIRHAM = frozenset({"TR", "SN", "CI", "ZZ"})
_BY_ROAD = frozenset({"FR", "ES"})
_RATES = {"EUR": Decimal("10.4200"), "USD": Decimal("9.9650"), "MAD": Decimal(1)}
_HEAVY_KG = 150

OFFICES = {
    TransportMode.SEA: ("MACAS", "MAPTM", "MAAGA"),
    TransportMode.ROAD: ("MAPTM", "MANDR"),
    TransportMode.AIR: ("MACMN", "MARAK", "MAFEZ"),
    TransportMode.POST: ("MARBA", "MARAK"),
}
"""Customs offices by the way that goods leave: made up after the codes of ports and airports."""


def currency_of(partner: str) -> str:
    """The currency that buyers of a partner are billed in."""
    if partner in _DIRHAM:
        return "MAD"
    return "EUR" if partner in _EURO else "USD"


def mad_per_unit(currency: str, day: date) -> Decimal:
    """A rate that swings by half a per cent around a level, over some weeks."""
    level = _RATES[currency]
    if currency == "MAD":
        return level
    phase = (day.toordinal() + len(currency) * ord(currency[0])) % 40
    swing = abs(phase - 20) - 10  # a triangle: -10 to 10
    return (level + level * swing / 2000).quantize(Decimal("0.0001"))


def transport(rng: random.Random, partner: str, net_mass_kg: Decimal) -> TransportMode:
    """A plausible way: heavy goods by sea or road, small parcels by air or post."""
    if net_mass_kg > _HEAVY_KG:
        return TransportMode.ROAD if partner in _BY_ROAD else TransportMode.SEA
    return rng.choice((TransportMode.AIR, TransportMode.AIR, TransportMode.POST))
