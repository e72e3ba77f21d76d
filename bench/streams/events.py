"""A season of shipments, made up: the same for the same seed, and quick to make.

The text of each event is that of the contract's models, written by hand because they are slower by
an order of magnitude; tests hold it to them. Beside the events stand the figures that follow from
them, counted while they are made: what every engine has to arrive at.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from bench.streams.goods import Goods, Profile, declared, profiles
from contracts.codec import CONTENT_TYPE
from contracts.envelope import SEQUENCE_DIGITS, source_of
from contracts.event import Event
from contracts.exports import (
    DeclarationAmended,
    DeclarationCancelled,
    ShipmentDelivered,
    ShipmentExported,
)

DELIVERED_PERCENT, AMENDED_PERCENT, CANCELLED_PERCENT = 35, 20, 5
MOVED_PERCENT = 30
"""Of amendments: those that state another partner, and so move the shipment to another cell."""
COPIED_PER_MILLE = 5
"""Events that stand twice, as after a change of the relay's leader."""
ORDERED_PERCENT = 40
"""Shipments of an order: their key is the order's id."""
FOLLOWS_WITHIN = 0.2
"""A later event comes within this part of the whole season."""

Headers = list[tuple[str, bytes]]
Measures = tuple[int, int, int | None, int]
"""FOB value in centimes, net mass in grams, quantity in thousandths or none, shipments."""
Totals = dict[tuple[str, tuple[str | None, ...]], Measures]
"""By knowledge day and cell."""


class MadeUp(NamedTuple):
    key: bytes
    value: bytes
    headers: Headers


@dataclass(slots=True)
class _Shipment:
    id: str
    key: str
    profile: Profile
    goods: Goods
    booked: bool = True
    ordinal: int = 1
    to_come: list[type[Event]] = field(default_factory=list)

    def __lt__(self, other: "_Shipment") -> bool:
        return self.id < other.id


class Season:
    """`events(day, n)` gives the next `n` events, learnt on a knowledge day; `totals` grow."""

    def __init__(self, seed: int, events: int) -> None:
        self._random = Random(seed)  # noqa: S311 - made up, and the same every time
        self._span = max(2, int(events * FOLLOWS_WITHIN))
        self._profiles = profiles(self._random)
        self._waiting: list[tuple[int, _Shipment]] = []
        self._position = 0
        self._copy: MadeUp | None = None
        self.totals: Totals = {}

    def events(self, day: str, number: int) -> Iterator[MadeUp]:
        for _ in range(number):
            self._position += 1
            if self._copy is not None:
                yield self._copy
                self._copy = None
                continue
            event = self._next(day)
            if self._random.randrange(1000) < COPIED_PER_MILLE:
                self._copy = event
            yield event

    def _next(self, day: str) -> MadeUp:
        if not self._waiting or self._waiting[0][0] > self._position:
            return self._export(day)
        _, shipment = heapq.heappop(self._waiting)
        shipment.ordinal += 1
        event_type = shipment.to_come.pop(0)
        self._schedule(shipment)
        if event_type is DeclarationAmended:
            return self._amend(shipment, day)
        if event_type is DeclarationCancelled:
            return self._cancel(shipment, day)
        return self._made_up(ShipmentDelivered, shipment, f'{{"delivered_on":"{day}"}}')

    def _export(self, day: str) -> MadeUp:
        shipment = self._new_shipment(day)
        self._book(day, shipment, 1)
        profile = shipment.profile
        order = (
            f'"order_id":"{shipment.key}","buyer_id":"buyer-{profile.partner.lower()}-00417",'
            if shipment.key != shipment.id
            else ""
        )
        number = self._random.randrange(10_000_000)
        data = (
            f'{{"declaration":{{"office":"{profile.office}","number":"2026-{number:07d}","item":1}},'
            f'{order}"exporter":{profile.exporter_text},"goods":{shipment.goods.text}}}'
        )
        self._schedule(shipment)
        return self._made_up(ShipmentExported, shipment, data)

    def _new_shipment(self, day: str) -> _Shipment:
        random = self._random
        profile = self._profiles[int(len(self._profiles) * random.random() ** 2)]
        id_ = self._uuid()
        key = self._uuid() if random.randrange(100) < ORDERED_PERCENT else id_
        later: list[type[Event]] = [
            event_type
            for event_type, percent in (
                (DeclarationAmended, AMENDED_PERCENT),
                (ShipmentDelivered, DELIVERED_PERCENT),
                (DeclarationCancelled, CANCELLED_PERCENT),
            )
            if random.randrange(100) < percent
        ]
        goods = declared(profile, profile.partner, day, random)
        return _Shipment(id_, key, profile, goods, to_come=later[:2])

    def _amend(self, shipment: _Shipment, day: str) -> MadeUp:
        self._book(day, shipment, -1)
        profile = shipment.profile
        moved = self._random.randrange(100) < MOVED_PERCENT
        partner = profile.other_partner if moved else profile.partner
        shipment.goods = declared(profile, partner, day, self._random)
        self._book(day, shipment, 1)
        data = f'{{"amended_on":"{day}","reason":"typing-error","goods":{shipment.goods.text}}}'
        return self._made_up(DeclarationAmended, shipment, data)

    def _cancel(self, shipment: _Shipment, day: str) -> MadeUp:
        self._book(day, shipment, -1)
        data = f'{{"cancelled_on":"{day}","reason":"returned"}}'
        return self._made_up(DeclarationCancelled, shipment, data)

    def _schedule(self, shipment: _Shipment) -> None:
        if shipment.to_come:
            at = self._position + 1 + self._random.randrange(self._span)
            heapq.heappush(self._waiting, (at, shipment))

    def _book(self, day: str, shipment: _Shipment, sign: int) -> None:
        goods = shipment.goods
        key = (day, goods.cell)
        fob, grams, quantity, shipments = self.totals.get(
            key, (0, 0, None if goods.thousandths is None else 0, 0)
        )
        if quantity is not None and goods.thousandths is not None:
            quantity += sign * goods.thousandths
        fob, grams = fob + sign * goods.fob, grams + sign * goods.grams
        self.totals[key] = (fob, grams, quantity, shipments + sign)

    def _made_up(self, event_type: type[Event], shipment: _Shipment, data: str) -> MadeUp:
        """With the headers that the relay writes for a command that came over HTTP."""
        second = self._position % 60
        trace = self._random.getrandbits(192)
        traceparent = f"00-{trace >> 64:032x}-{trace & (2**64 - 1):016x}-01".encode()
        key = shipment.key.encode()
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", self._uuid().encode()),
            ("ce_source", source_of("exports").encode()),
            ("ce_type", event_type.event_type().encode()),
            ("ce_time", b"2026-03-02T10:30:%02d+00:00" % second),
            ("ce_subject", shipment.id.encode()),
            ("ce_dataschema", event_type.dataschema().encode()),
            ("content-type", CONTENT_TYPE.encode()),
            ("ce_partitionkey", key),
            ("ce_sequence", b"%0*d" % (SEQUENCE_DIGITS, shipment.ordinal)),
            ("ce_correlationid", b"%016x" % (trace >> 128)),
            ("ce_traceparent", traceparent),
            ("traceparent", traceparent),
        ]
        return MadeUp(key, data.encode(), headers)

    def _uuid(self) -> str:
        digits = f"{self._random.getrandbits(128):032x}"
        parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
        return "-".join(parts)
