"""Whole months, from one to another. Cells are by month, so a period knows no days inside one."""

import calendar
import re
from datetime import date
from typing import NamedTuple, Self

_YEAR = "[12][0-9]{3}"
_MONTH = f"{_YEAR}-(?:0[1-9]|1[0-2])"
_FORM = re.compile(rf"({_YEAR})|({_MONTH})(?:\.\.({_MONTH}))?", re.ASCII)
FORM = "must be YYYY, YYYY-MM or YYYY-MM..YYYY-MM"


class Period(NamedTuple):
    """From the first to the last month, both included and written YYYY-MM."""

    first: str
    last: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """A year, a month, or two months as `2025-01..2025-11`.

        Raises: ValueError when it is none of them, or ends before it begins.
        """
        found = _FORM.fullmatch(text)
        if not found:
            raise ValueError(FORM)
        year, first, last = found.groups()
        if year:
            return cls.of_year(int(year))
        if last and last < first:
            raise ValueError("must not end before it begins")
        return cls(first, last or first)

    @classmethod
    def of_year(cls, year: int) -> Self:
        return cls(f"{year:04}-01", f"{year:04}-12")

    @property
    def months(self) -> int:
        """How many there are."""
        (year, month), (last_year, last_month) = _split(self.first), _split(self.last)
        return 12 * (last_year - year) + last_month - month + 1

    @property
    def ends_on(self) -> date:
        """Its last day. Raises: ValueError in the year 0, which calendars do not know."""
        year, month = _split(self.last)
        return date(year, month, calendar.monthrange(year, month)[1])

    def ending(self, months: int) -> "Period":
        """So many months, of which the last is that of this one. Up to 12."""
        year, number = _split(self.last)
        before = 12 * year + number - months
        return Period(f"{before // 12:04}-{before % 12 + 1:02}", self.last)

    def year_before(self) -> "Period":
        """The same months of the year before; a February ends on its own last day."""
        return Period(_year_before(self.first), _year_before(self.last))


def _split(month: str) -> tuple[int, int]:
    return int(month[:4]), int(month[5:])


def _year_before(month: str) -> str:
    year, number = _split(month)
    return f"{year - 1:04}-{number:02}"
