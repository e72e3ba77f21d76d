"""The data of events as lean as a fold can read it: the fields that it uses, and no bounds.

For the engines beside ours, and for the ceiling. It needs msgspec alone.
"""

from msgspec import Struct
from msgspec.json import Decoder

PREFIX = "ma.zarbia."
EXPORTED = f"{PREFIX}exports.ShipmentExported.v1"
AMENDED = f"{PREFIX}exports.DeclarationAmended.v1"
CANCELLED = f"{PREFIX}exports.DeclarationCancelled.v1"
DELIVERED = f"{PREFIX}exports.ShipmentDelivered.v1"
CLOSED = f"{PREFIX}calendar.DayClosed.v1"


class Declaration(Struct, gc=False):
    office: str


class Exporter(Struct, gc=False):
    kind: str
    region: str
    women_led: str


class Product(Struct, gc=False):
    hs_code: str
    hs_edition: str
    product_group: str
    chain: str


class Fob(Struct, gc=False):
    mad_centimes: int


class Quantity(Struct, gc=False):
    value: str
    unit: str


class Goods(Struct, gc=False):
    month: str
    partner: str
    channel: str
    product: Product
    fob: Fob
    net_mass_grams: int
    quantity: Quantity | None = None


class Exported(Struct, gc=False):
    declaration: Declaration
    exporter: Exporter
    goods: Goods


class Amended(Struct, gc=False):
    goods: Goods


class Closed(Struct, gc=False):
    through: str


EXPORTED_FORM = Decoder(Exported)
AMENDED_FORM = Decoder(Amended)
CLOSED_FORM = Decoder(Closed)
