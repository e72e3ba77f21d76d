"""The rows of a customs file as batches of commands, with what is rejected before it is sent."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chassis.http.circumstances import aggregate_id
from console.customs_file import (
    Declaration,
    Invalid,
    OutOfScope,
    Row,
    Scope,
    UnreadableRow,
    classify,
)
from console.importing.rejects import Reject

CLIENT_ID = "customs-import"
EXPORTERS_KEY = "customs-exporters"
"""Idempotency key of registering exporters: the same in every import, so that each has one id."""

BATCH_ROWS = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """A row that is sent as a command."""

    row: Row | UnreadableRow
    command: bytes


@dataclass(slots=True)
class Batch:
    """Rows up to `line`, in order: what to send, which exporters to register first, what not."""

    line: int = 0
    sent: list[Sent] = field(default_factory=list)
    new_exporters: list[bytes] = field(default_factory=list)
    out_of_scope: int = 0
    rejects: list[Reject] = field(default_factory=list)
    declared: set[tuple[str, str]] = field(default_factory=set)
    """Office and number of what is sent."""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Valuation:
    """The currency that prices are stated in, and MAD for one unit of it."""

    currency: str
    mad_per_unit: str | None


class Batches:
    """Cuts rows into batches. Remembers which exporters were registered in this run."""

    def __init__(self, scope: Scope, valuation: Valuation, today: date) -> None:
        self._scope = scope
        self._valuation = valuation
        self._today = today
        self._exporters: set[str] = set()

    def cut(self, rows: Iterable[Row | UnreadableRow], after_line: int) -> Iterator[Batch]:
        """Batches of the rows behind `after_line`."""
        batch = Batch()
        for row in rows:
            if row.line <= after_line:
                continue
            self._add(batch, row)
            if len(batch.sent) >= BATCH_ROWS or batch.rows >= 20 * BATCH_ROWS:
                yield batch
                batch = Batch()
        if batch.rows:
            yield batch

    def _add(self, batch: Batch, row: Row | UnreadableRow) -> None:
        batch.line = row.line
        batch.rows += 1
        match classify(row, self._scope, self._today):
            case UnreadableRow(reason=reason):
                batch.rejects.append(_reject(row, "unreadable", reason))
            case OutOfScope():
                batch.out_of_scope += 1
                batch.rejects.append(_reject(row, "out_of_scope", "not_a_craft"))
            case Invalid(reasons=reasons):
                batch.rejects.append(_reject(row, "invalid", *reasons))
            case Declaration() as declaration:
                self._register(batch, declaration)
                batch.declared.add((declaration.office, declaration.declaration_id))
                batch.sent.append(Sent(row, _line(str(row.line), self._command(declaration))))

    def _register(self, batch: Batch, declaration: Declaration) -> None:
        if declaration.exporter_id in self._exporters:
            return
        self._exporters.add(declaration.exporter_id)
        command = {
            "registered_on": declaration.accepted_on.isoformat(),
            "kind": "unknown",
            "region": "unknown",
            "women_led": "unknown",
        }
        batch.new_exporters.append(_line(declaration.exporter_id, command))

    def _command(self, declaration: Declaration) -> dict[str, Any]:
        day = declaration.accepted_on.isoformat()
        command: dict[str, Any] = {
            "declaration": {"office": declaration.office, "number": declaration.declaration_id},
            "exporter_id": exporter_id(declaration.exporter_id),
            "buyer_id": declaration.buyer_id,
            "exported_on": day,
            "partner": declaration.partner,
            "transport_mode": declaration.transport_mode,
            "hs_code": declaration.hs_code,
            "net_mass_kg": format(declaration.net_mass_kg, "f"),
            "fob": {
                "amount": format(declaration.price, "f"),
                "currency": self._valuation.currency,
            },
        }
        if self._valuation.mad_per_unit is not None:
            command["exchange_rate"] = {"mad_per_unit": self._valuation.mad_per_unit, "date": day}
        return command


def exporter_id(stated: str) -> str:
    """The producer id of an exporter that the customs file names."""
    return aggregate_id("producer", CLIENT_ID, f"{EXPORTERS_KEY}:{stated}")


def _line(key: str, command: dict[str, Any]) -> bytes:
    return json.dumps({"key": key, "command": command}, separators=(",", ":")).encode()


def _reject(row: Row | UnreadableRow, bucket: str, *reasons: str) -> Reject:
    return Reject(row.declaration_id, row.line, bucket, tuple(map(str, reasons)), row.raw)
