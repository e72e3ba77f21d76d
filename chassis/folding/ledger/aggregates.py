"""Aggregates of a ledger: in the state store, and in SQLite until that has them safely."""

import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec import msgpack

from chassis.folding.changes import Aggregate
from chassis.folding.fold import Fold
from chassis.folding.ledger.cells import CellNumbers
from chassis.folding.ledger.states import States, StatesError
from chassis.folding.placing import keys_of

_SECURE_BYTES = 8 * 2**20
"""So much is kept twice before the state store writes its files."""
_encode = msgpack.Encoder().encode
_decode = msgpack.Decoder().decode
_decode_redo = msgpack.Decoder(list[tuple[bytes, bytes]]).decode

Rows = list[tuple[bytes, bytes]]


class StatesLostError(Exception):
    """The state store and the ledger do not belong together, or one of them was set back."""


class Aggregates:
    """The placed ids and states of one ledger's aggregates."""

    def __init__(
        self, db: sqlite3.Connection, states: States, fold: Fold, cells: CellNumbers
    ) -> None:
        """Bring the store to where the ledger is. Raises: StatesLostError, StatesError."""
        self._db = db
        self._states = states
        self._cells = cells
        self._pack, self._unpack = fold.pack, fold.unpack
        self._redo_bytes = 0
        self._redo()

    def get(self, source: int, ids: Collection[str]) -> dict[str, Aggregate]:
        """Those of these aggregates that are known."""
        unpack, cells = self._unpack, self._cells
        found: dict[str, Aggregate] = {}
        for id_, value in zip(ids, self._read(keys_of(source, ids)), strict=True):
            if value is not None:
                placed, *packed = _decode(value)
                found[id_] = Aggregate(placed, unpack(tuple(packed), cells))
        return found

    def _read(self, keys: list[bytes]) -> list[bytes | None]:
        """A store that turns out to be damaged is noted so that the next opening sets it aside."""
        try:
            return self._states.get(keys)
        except StatesError as error:
            if error.is_unsound:
                self._db.execute("UPDATE fold SET secured = batch + 1")
            raise

    def write(self, batch: int, source: int, changed: Mapping[str, Aggregate]) -> Rows:
        """Keep what a batch changed, inside its transaction. What is returned is for `written`."""
        if not changed:
            return []
        pack, cells = self._pack, self._cells
        values = [_encode((placed, *pack(state, cells))) for placed, state in changed.values()]
        rows = list(zip(keys_of(source, changed), values, strict=True))
        redo = _encode(rows)
        self._redo_bytes += len(redo)
        self._db.execute("INSERT INTO redo VALUES (?, ?)", (batch, redo))
        return rows

    def written(self, batch: int, rows: Rows) -> None:
        """The transaction of `write` is committed."""
        self._states.put(batch, rows)
        if self._redo_bytes > _SECURE_BYTES:
            self.secure()

    def secure(self) -> None:
        """Have the store write its files, and forget what was kept in case it could not."""
        self._states.flush()
        applied = self._states.applied()
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("DELETE FROM redo WHERE batch <= ?", (applied,))
        self._db.execute("UPDATE fold SET secured = ?", (applied,))
        self._db.execute("COMMIT")
        self._redo_bytes = 0

    def checkpoint(self, folder: Path) -> None:
        """Have `folder` hold the store as it is."""
        self._states.checkpoint(folder)

    def close(self) -> None:
        self._states.close()

    def _redo(self) -> None:
        """Give the store what a crash took from it."""
        batch, secured, ledger = self._db.execute(
            "SELECT batch, secured, identity FROM fold"
        ).fetchone()
        applied, belongs_to = self._states.applied(), self._states.ledger()
        if belongs_to is None and not applied:
            self._states.belong_to(ledger)
        elif belongs_to != ledger:
            raise StatesLostError("the states are those of another ledger")
        if not secured <= applied <= batch:
            raise StatesLostError(
                f"the states are those of batch {applied}, the ledger has {secured} to {batch}"
            )
        kept = self._db.execute("SELECT * FROM redo WHERE batch > ? ORDER BY batch", (applied,))
        for number, states in kept:
            self._states.put(number, _decode_redo(states))
        self._states.put(batch, [])
