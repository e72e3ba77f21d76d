"""Open receivables: who owes them, and what debtors, countries and all together owe.

What is exposed is what is invoiced, not paid, not credited and not void, in MAD, disputed or not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from contracts.nation import Debtors, ExposureMeasured
from contracts.reference.countries import UNKNOWN_PARTNER

EXPOSURE = "exposure"
OPEN_RECEIVABLES = "open-receivables/1"
UNKNOWN_DEBTOR = "unknown"


class ExposureCell(NamedTuple):
    """One value per dimension, in the order of `contracts.export_metrics.ExposureCell`."""

    debtor: str
    country: str


NOBODY_KNOWN = ExposureCell(UNKNOWN_DEBTOR, UNKNOWN_PARTNER)
"""Who owes on an order of which it could not be read who placed it."""


class Buyer(NamedTuple):
    """Who placed an order, and so will owe what is invoiced on it."""

    order: str
    debtor: ExposureCell


class ExposureMovement(NamedTuple):
    """What is added to what a debtor owes."""

    cell: ExposureCell
    open_mad_centimes: int


Whose = tuple[str, str]
"""A debtor, or a country; both empty: all debtors."""


class Exposure:
    """Told what was moved day after day; says what each day has changed of what is owed."""

    def __init__(self, generation: int) -> None:
        self._generation = generation
        self._owed: dict[Whose, int] = {}

    def decide(
        self, day: date, moved: Iterable[tuple[ExposureCell, tuple[int, ...]]]
    ) -> Sequence[ExposureMeasured]:
        changes: defaultdict[Whose, int] = defaultdict(int)
        for (debtor, country), (centimes,) in moved:
            for whose in ((debtor, ""), ("", country), ("", "")):
                changes[whose] += centimes
        return [self._measured(day, whose, by) for whose, by in sorted(changes.items()) if by]

    def _measured(self, day: date, whose: Whose, by: int) -> ExposureMeasured:
        debtor, country = whose
        owed = self._owed.pop(whose, 0) + by
        if owed:
            self._owed[whose] = owed
        return ExposureMeasured(
            generation=self._generation,
            knowledge_day=day,
            debtors=Debtors(debtor=debtor or None, country=country or None),
            open_mad_centimes=owed,
        )
