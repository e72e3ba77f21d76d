"""A line of the customs file read as a row: one field for each column that the import uses.

One physical line is one row. A field that is quoted over two lines is therefore two unreadable
rows: nothing in a customs declaration holds a line break, and one stray quote would otherwise
swallow the rows behind it. Blank lines are no rows, unless they are over-long: those are
read to the limit only, so that what they hold is not known. Blanks around a field are padding.
"""

import csv
from dataclasses import dataclass
from typing import Final, Self

from console.customs_file.lines import Line
from console.customs_file.reasons import Reason

COLUMNS: Final = {
    "declaration_id": "Declaration ID",
    "accepted_on": "Date",
    "office": "Office ID",
    "transport_mode": "Mode of Transport",
    "exporter_id": "Importer ID",
    "buyer_id": "Seller ID",
    "hs_code": "HS6 Code",
    "partner": "Country of Origin",
    "net_mass_kg": "Net Mass",
    "price": "Item Price",
}
"""Our name of each column that is used, and the file's; other columns are not looked at."""

PADDING: Final = " \t"


@dataclass(frozen=True, slots=True)
class Row:
    """The fields as stated, without padding. `line` counts from 1, the header's included."""

    line: int
    raw: str
    declaration_id: str
    accepted_on: str
    office: str
    transport_mode: str
    exporter_id: str
    buyer_id: str
    hs_code: str
    partner: str
    net_mass_kg: str
    price: str


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A line that is no row. `raw`: its text, at most 16 KiB, bytes that are not UTF-8 as `\\xNN`.

    `declaration_id` is what stands where the id would be, to help somebody find the row; or "".
    """

    line: int
    raw: str
    declaration_id: str
    reason: Reason


class HeaderError(ValueError):
    """The header is not that of a customs file; the message says why."""


class Header:
    """Where each column stands. Reads lines as rows."""

    def __init__(self, names: list[str]) -> None:
        """Raises: HeaderError naming each column that is missing or stands twice."""
        if missing := [name for name in COLUMNS.values() if name not in names]:
            hint = " (columns are separated by commas)" if len(names) == 1 else ""
            raise HeaderError(f"no column {', '.join(map(repr, missing))} in the header{hint}")
        if twice := [name for name in COLUMNS.values() if names.count(name) > 1]:
            raise HeaderError(f"column {', '.join(map(repr, twice))} stands twice in the header")
        self._width = len(names)
        self._positions = {field: names.index(name) for field, name in COLUMNS.items()}

    @classmethod
    def parse(cls, line: Line) -> Self:
        """The header in `line`. Raises: HeaderError."""
        if line.is_cut or b"\0" in line.content:
            raise HeaderError("not a CSV file")
        try:
            text = line.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise HeaderError("the header is not UTF-8 (windows-1256?)") from None
        try:
            return cls([name.strip(PADDING) for name in _fields(text)])
        except csv.Error as error:
            raise HeaderError(f"not a CSV file ({error})") from error

    def read(self, line: Line) -> Row | UnreadableRow:
        """The row in `line`, or why it is none."""
        if line.is_cut:
            return self._unreadable(line, Reason.LINE_TOO_LONG)
        if b"\0" in line.content:
            return self._unreadable(line, Reason.NUL_BYTE)
        try:
            text = line.content.decode()
            fields = _fields(text)
        except UnicodeDecodeError:
            return self._unreadable(line, Reason.NOT_UTF8)
        except csv.Error:
            return self._unreadable(line, Reason.MALFORMED_CSV)
        if len(fields) != self._width:
            too_many = len(fields) > self._width
            reason = Reason.TOO_MANY_FIELDS if too_many else Reason.TOO_FEW_FIELDS
            return self._unreadable(line, reason)
        stated = {name: fields[at].strip(PADDING) for name, at in self._positions.items()}
        return Row(line=line.number, raw=text, **stated)

    def _unreadable(self, line: Line, reason: Reason) -> UnreadableRow:
        raw = line.content.decode(errors="backslashreplace")
        at = self._positions["declaration_id"]
        guess = raw.split(",", at + 1)[at : at + 1]
        return UnreadableRow(line.number, raw, "".join(guess).strip(PADDING + '"'), reason)


def _fields(text: str) -> list[str]:
    return next(csv.reader([text], strict=True))
