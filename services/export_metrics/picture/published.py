"""Contributions as they are read back, in bulk: every start reads all that there are.

They are this service's own records, so the hot path asks no more of them than their types. What it
does not take goes through the contract.
"""

from typing import Annotated

from msgspec import DecodeError, Meta, Struct, ValidationError
from msgspec.json import Decoder

from chassis.reader.quarantine import Record
from contracts.envelope import source_of
from contracts.export_metrics import Contribution
from services.export_metrics.settings import SERVICE

_SOURCE = source_of(SERVICE).encode()
_TYPE = Contribution.event_type().encode()
_DAY_FORM = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"


class PublishedCell(Struct):
    """The dimensions, in the order of the contract's Cell."""

    month: str
    partner: str
    hs_code: str
    hs_edition: str
    product_group: str
    chain: str
    region: str
    office: str
    exporter_kind: str
    women_led: str
    channel: str
    unit: str | None = None


class Published(Struct):
    """A contribution with the key of its record."""

    knowledge_day: Annotated[str, Meta(pattern=_DAY_FORM)]
    cell: PublishedCell
    fob_mad_centimes: int
    net_mass_grams: int
    shipments: int
    quantity_thousandths: int | None = None
    key: str = ""


_decoder = Decoder(Published)


def published(record: Record) -> Published | None:
    """The contribution in a plain record; None for anything else."""
    headers = dict(record.headers)
    if headers.get("ce_type") != _TYPE or headers.get("ce_source") != _SOURCE:
        return None
    if record.key is None or record.value is None or headers.get("ce_partitionkey") != record.key:
        return None
    try:
        found = _decoder.decode(record.value)
        found.key = record.key.decode()
    except (DecodeError, ValidationError, UnicodeDecodeError):
        return None
    return found


def of_contract(contribution: Contribution) -> Published:
    """The same from an event that was read through the contract."""
    found = _decoder.decode(contribution.encode())
    found.key = contribution.record_key()
    return found
