"""What crafts sell: products with plausible prices and masses, and lots of them. All made up."""

import random
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import NamedTuple

from contracts.reference import crafts
from contracts.values import StatedMoney, StatedQuantity

GROUP_SHARES = {
    "pottery-stone": 36,
    "carpets": 20,
    "clothing": 11,
    "leather": 10,
    "metal": 7,
    "wood": 6,
    "jewellery": 4,
    "basketry": 3,
    "glass": 1,
    "candles": 1,
    "instruments": 1,
}
"""Weights. Pottery and carpets have a published share, which `targets` keeps exactly."""
STEP = {"u": 1000, "2u": 1000, "m2": 10, "kg": 100}
"""The smallest lot that is sold in each unit, in thousandths of the unit."""


class Ware(NamedTuple):
    """A product of one HS code; `price` is MAD and `grams` the net mass for one unit, from-to."""

    hs_code: str
    chain: str
    unit: str
    price: tuple[int, int]
    grams: tuple[int, int]

    @property
    def group(self) -> str:
        return crafts.product_group(self.hs_code)


class Lot(NamedTuple):
    """Some of a ware, with its price in the currency of the buyer."""

    ware: Ware
    quantity: StatedQuantity
    net_mass_kg: Decimal
    price: StatedMoney


WARES = (
    Ware("691200", "pottery-ceramics", "kg", (40, 120), (1000, 1000)),
    Ware("691310", "pottery-ceramics", "kg", (90, 260), (1000, 1000)),
    Ware("691390", "pottery-ceramics", "kg", (60, 180), (1000, 1000)),
    Ware("690730", "zellige-plaster-stone", "m2", (450, 1100), (18000, 24000)),
    Ware("680291", "zellige-plaster-stone", "kg", (30, 90), (1000, 1000)),
    Ware("680990", "zellige-plaster-stone", "kg", (25, 70), (1000, 1000)),
    Ware("570110", "carpets-weaving", "m2", (900, 3200), (3000, 5500)),
    Ware("570210", "carpets-weaving", "m2", (350, 900), (1400, 2600)),
    Ware("570231", "carpets-weaving", "m2", (400, 1200), (1800, 3200)),
    Ware("570500", "carpets-weaving", "m2", (300, 800), (2000, 3500)),
    Ware("620442", "clothing", "u", (700, 3500), (600, 1400)),
    Ware("621142", "clothing", "u", (350, 1200), (500, 1200)),
    Ware("621420", "carpets-weaving", "u", (120, 450), (150, 400)),
    Ware("581092", "embroidery-trimmings", "kg", (600, 1800), (1000, 1000)),
    Ware("420221", "leather-goods", "u", (250, 900), (400, 1100)),
    Ware("940490", "leather-goods", "u", (180, 520), (1500, 3000)),
    Ware("640359", "footwear", "2u", (110, 340), (400, 800)),
    Ware("640510", "footwear", "2u", (90, 260), (350, 700)),
    Ware("741810", "brass-copper", "kg", (160, 420), (1000, 1000)),
    Ware("830629", "brass-copper", "kg", (140, 380), (1000, 1000)),
    Ware("732690", "wrought-iron", "kg", (45, 130), (1000, 1000)),
    Ware("442011", "wood", "kg", (120, 420), (1000, 1000)),
    Ware("441990", "wood", "kg", (80, 240), (1000, 1000)),
    Ware("940360", "wood", "u", (1200, 6500), (9000, 38000)),
    Ware("711311", "jewellery", "kg", (14000, 32000), (1000, 1000)),
    Ware("711719", "jewellery", "kg", (900, 2600), (1000, 1000)),
    Ware("460219", "basketry", "kg", (70, 190), (1000, 1000)),
    Ware("460212", "basketry", "kg", (60, 160), (1000, 1000)),
    Ware("701337", "unknown", "kg", (55, 140), (1000, 1000)),
    Ware("340600", "unknown", "kg", (60, 150), (1000, 1000)),
    Ware("920290", "musical-instruments", "u", (900, 3800), (900, 2600)),
    Ware("920600", "musical-instruments", "u", (120, 520), (500, 2200)),
)
CHAINS = tuple(dict.fromkeys(ware.chain for ware in WARES))


@cache
def wares_of(group: str) -> tuple[Ware, ...]:
    """The wares of a product group."""
    return tuple(ware for ware in WARES if ware.group == group)


def lot(rng: random.Random, ware: Ware, mad_centimes: int, price: StatedMoney) -> Lot:
    """As much of the ware as costs about `mad_centimes`, at least one step of its unit."""
    unit_price = rng.randint(*ware.price)
    grams = rng.randint(*ware.grams)
    step = STEP[ware.unit]
    thousandths = max(mad_centimes * 10 // unit_price // step, 1) * step
    quantity = Decimal(thousandths).scaleb(-3)
    mass = (quantity * grams / 1000).quantize(Decimal("0.001"), ROUND_HALF_EVEN)
    return Lot(ware, StatedQuantity(value=_plain(quantity), unit=ware.unit), mass, price)


def _plain(number: Decimal) -> Decimal:
    """Without zeros at its end, and never with an exponent."""
    return Decimal(format(number.normalize(), "f"))
