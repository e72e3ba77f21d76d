"""Open receivables by who owes them: cells that are moved when a day is decided."""

from typing import NamedTuple

from contracts.reference.countries import UNKNOWN_PARTNER

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

    def plus(self, other: "ExposureMovement") -> "ExposureMovement":
        """The sum of two movements of one cell."""
        return ExposureMovement(self.cell, self.open_mad_centimes + other.open_mad_centimes)
