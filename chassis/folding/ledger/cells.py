"""Cells by number: a cell's text is long, and stands in thousands of states."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from msgspec.json import Decoder, Encoder

from chassis.folding.cells import interned
from chassis.folding.ledger.kinds import Kinds

_REMEMBERED = 100_000
PUT_CELL = "INSERT INTO cells VALUES (?, ?, ?)"
_SELECT_NUMBER = "SELECT number FROM cells WHERE cell = ? AND kind = ?"
_encoder = Encoder()
Row = tuple[int, int, str]
"""Number, kind and text of a cell."""


class CellNumbers:
    """The cells of one ledger. New ones are written in the transaction that first names them."""

    def __init__(self, db: sqlite3.Connection, kinds: Kinds) -> None:
        self._db = db
        self._kinds = kinds
        self._decoders = [Decoder(cell_type) for cell_type in kinds.cell_types]
        self._numbers: dict[Any, int] = {}
        self._cells: dict[int, Any] = {}
        self._new: list[Row] = []
        self._next = self._stored_next()

    def number_of(self, cell: Any) -> int:
        """The number of a cell, a new one for a new cell."""
        number = self._numbers.get(cell)
        return self._find(cell) if number is None else number

    def cell_of(self, number: int) -> Any:
        """The cell that has this number. Raises LookupError."""
        cell = self._cells.get(number)
        if cell is None:
            found = self._db.execute(
                "SELECT kind, cell FROM cells WHERE number = ?", (number,)
            ).fetchone()
            if found is None:
                raise LookupError(f"no cell has the number {number}")
            kind, text = found
            cell = interned(self._decoders[kind].decode(text))
            self._remember(number, cell)
        return cell

    def new(self) -> Iterator[Row]:
        """The rows of the cells that are not stored yet."""
        return iter(self._new)

    def stored(self) -> None:
        """They are now."""
        self._new.clear()
        if len(self._cells) > _REMEMBERED:
            self._cells.clear()
            self._numbers.clear()

    def not_stored(self) -> None:
        """The transaction was undone: forget what only it knew."""
        self._new.clear()
        self._cells.clear()
        self._numbers.clear()
        self._next = self._stored_next()

    def _find(self, cell: Any) -> int:
        kind, text = self._kinds.number_of(cell), _encoder.encode(cell).decode()
        found = self._db.execute(_SELECT_NUMBER, (text, kind)).fetchone()
        if found is None:
            number, self._next = self._next, self._next + 1
            self._new.append((number, kind, text))
        else:
            number = found[0]
        self._remember(number, cell)
        return number

    def _remember(self, number: int, cell: Any) -> None:
        self._numbers[cell] = number
        self._cells[number] = cell

    def _stored_next(self) -> int:
        last: int = self._db.execute("SELECT coalesce(max(number), 0) FROM cells").fetchone()[0]
        return last + 1
