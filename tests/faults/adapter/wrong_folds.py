"""The guards of the fold itself, each with what takes its place when a control takes it away."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from chassis.folding import batch as batch_module
from chassis.folding.batch import BatchFold
from chassis.folding.changes import Changes, Fact, Staged, knowledge_day
from chassis.folding.ledger import barriers
from chassis.folding.ledger.store import Ledger
from chassis.folding.placing import Placement, place
from contracts.event import DayClosed
from services.export_metrics import rules
from services.export_metrics.domain import exporters
from services.export_metrics.domain.exporters import ExporterCell
from services.export_metrics.domain.invoice import Invoice

Guard = tuple[object, str, object]
"""Where it is, its name, and what it becomes."""


def nothing(*_: object) -> None:
    """In place of what does something."""


def _placing(instead: dict[Placement, Placement]) -> object:
    def misplace(aggregate: Any, ordinal: int, event_id: bytes) -> Placement:
        placed = place(aggregate, ordinal, event_id)
        return instead.get(placed, placed)

    return misplace


_learn = BatchFold._learn


def _learn_anew(self: BatchFold, known: Any) -> None:
    """As if no earlier part of the batch had changed what the ledger held."""
    changes, self.changes = self.changes, Changes(None)
    _learn(self, known)
    self.changes = changes


def _close_any_day(self: BatchFold, marker: DayClosed) -> None:
    self.changes.closed_through = marker.through
    self._day = knowledge_day(marker.through)


def _first_source(self: Ledger, inputs: Any) -> date | None:
    """The last day that any input topic has closed."""
    known = [each.closed_through for each in inputs.values() if each.closed_through is not None]
    return max(known, default=None)


_stage = barriers.stage


def _stage_no_waits(db: sqlite3.Connection, source: int, staged: Sequence[Staged]) -> None:
    _stage(db, source, [each for each in staged if not each.waits])


def _same_cell(cell: ExporterCell | None, _: object) -> ExporterCell | None:
    return cell


_apply = rules._apply


def _apply_without_buyers(staged: Any, _: Any, invoices: Any) -> None:
    """To what is known of the day alone: an order placed before has no buyer."""
    _apply(staged, {}, invoices)


def _is_missing_though_held(self: BatchFold, fact: Fact) -> bool:
    held, self._held_keys = self._held_keys, Counter()
    missing = _is_missing(self, fact)
    self._held_keys = held
    return missing


_is_missing = BatchFold._is_missing
_UNORDERED = barriers._SELECT_STAGED.replace("offset, number", "-offset, number")
_DUPLICATE, _CONFLICT, _AHEAD = Placement.DUPLICATE, Placement.CONFLICT, Placement.AHEAD
WRONG_FOLDS: dict[str, Guard] = {
    "copies count": (batch_module, "place", _placing({_DUPLICATE: Placement.NEXT})),
    "conflicts are copies": (batch_module, "place", _placing({_CONFLICT: _DUPLICATE})),
    "conflicts count": (batch_module, "place", _placing({_CONFLICT: Placement.NEXT})),
    "first come, first folded": (batch_module, "place", _placing({_AHEAD: Placement.NEXT})),
    "gaps do not heal": (BatchFold, "_heal", nothing),
    "what is early is forgotten": (BatchFold, "_wait", nothing),
    "nothing is held": (BatchFold, "_hold", nothing),
    "what was held back stays away": (BatchFold, "_unpark", nothing),
    "what is missing is not released": (BatchFold, "_is_missing", nothing),
    "what may be parked is passed over as lost": (
        BatchFold,
        "_is_missing",
        _is_missing_though_held,
    ),
    "a part knows nothing of those before it": (BatchFold, "_learn", _learn_anew),
    "an old marker opens its day again": (BatchFold, "_close", _close_any_day),
    "barriers wait for no other source": (Ledger, "_next_barrier", _first_source),
    "timers run while a key waits": (barriers, "stage", _stage_no_waits),
    "barriers know nothing": (barriers, "stage", nothing),
    "barriers have no order": (barriers, "_SELECT_STAGED", _UNORDERED),
    "an exporter stays in its first month": (exporters, "in_month", _same_cell),
    "an exporter stays as it was described first": (exporters, "restamped", _same_cell),
    "who placed an order is forgotten": (rules, "_apply", _apply_without_buyers),
    "what is void is owed": (Invoice, "receivable", Invoice.exposure),
}
"""Guards of the fold, each with what takes its place."""
