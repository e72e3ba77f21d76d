"""Exports and nothing else, one for each shipment: what makes the fold's state grow fastest.

A fifth of the cost of a season's events, which have to be made while something else is measured:
goods come from a pool that is made once, ids are random digits, and no figures are counted.
"""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from bench.streams.events import ORDERED_PERCENT, MadeUp
from bench.streams.goods import declared, profiles
from contracts.codec import CONTENT_TYPE
from contracts.envelope import SEQUENCE_DIGITS, source_of
from contracts.exports import ShipmentExported

DAY = "2026-03-04"
POOL = 10_000
DIGITS = 144
"""Hexadecimal, for each event: its id, its shipment's, its order's, and 48 of its trace."""


class _Form(NamedTuple):
    """The data of an export around the declaration's number and the order's id."""

    office: str
    buyer: str
    rest: str


def exports(seed: int, number: int) -> Iterator[MadeUp]:
    """The same for the same seed; another seed has other ids."""
    random = Random(seed)  # noqa: S311 - made up, and the same every time
    forms = _forms(random)
    fixed = _fixed_headers()
    for _ in range(number):
        digits = f"{random.getrandbits(4 * DIGITS):0{DIGITS}x}"
        shipment = _uuid(digits[:32])
        form = forms[int(random.random() * POOL)]
        if random.random() * 100 < ORDERED_PERCENT:
            key = _uuid(digits[32:64])
            order = f'"order_id":"{key}","buyer_id":"{form.buyer}",'
        else:
            key, order = shipment, ""
        data = (
            f'{{"declaration":{{"office":"{form.office}","number":"2026-{digits[:7]}","item":1}},'
            f"{order}{form.rest}"
        )
        yield _made_up(key, data, shipment, digits[64:], fixed)


def _forms(random: Random) -> list[_Form]:
    of_exporters = profiles(random)
    forms = []
    for _ in range(POOL):
        profile = random.choice(of_exporters)
        goods = declared(profile, profile.partner, DAY, random)
        rest = f'"exporter":{profile.exporter_text},"goods":{goods.text}}}'
        forms.append(_Form(profile.office, f"buyer-{profile.partner.lower()}-00417", rest))
    return forms


def _fixed_headers() -> dict[str, tuple[str, bytes]]:
    headers = {
        "ce_specversion": "1.0",
        "ce_source": source_of("exports"),
        "ce_type": ShipmentExported.event_type(),
        "ce_time": f"{DAY}T10:30:00+00:00",
        "ce_dataschema": ShipmentExported.dataschema(),
        "content-type": CONTENT_TYPE,
        "ce_sequence": f"{1:0{SEQUENCE_DIGITS}d}",
    }
    return {name: (name, text.encode()) for name, text in headers.items()}


def _made_up(
    key_text: str, data: str, shipment: str, digits: str, fixed: dict[str, tuple[str, bytes]]
) -> MadeUp:
    """In the order in which the codec writes the headers."""
    key = key_text.encode()
    trace = digits[32:]
    traceparent = f"00-{trace[:32]}-{trace[32:]}-01".encode()
    headers = [
        fixed["ce_specversion"],
        ("ce_id", _uuid(digits[:32]).encode()),
        fixed["ce_source"],
        fixed["ce_type"],
        fixed["ce_time"],
        ("ce_subject", shipment.encode()),
        fixed["ce_dataschema"],
        fixed["content-type"],
        ("ce_partitionkey", key),
        fixed["ce_sequence"],
        ("ce_correlationid", trace[:16].encode()),
        ("ce_traceparent", traceparent),
        ("traceparent", traceparent),
    ]
    return MadeUp(key, data.encode(), headers)


def _uuid(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
