"""How much of the long set is run.

`ZARBIA_FAULTS` is the part of it: 1 is the whole, 0.2 a fifth; without it the short set is run.
"""

import os
from typing import NamedTuple

SCALE = float(os.environ.get("ZARBIA_FAULTS", "0"))


def scaled(whole: int, *, least: int = 1) -> int:
    """That part of `whole`, and no less than the short set has."""
    return max(least, round(whole * SCALE))


class Fault(NamedTuple):
    """Something that is done to the service; `asked` is how often the whole long set does it."""

    name: str
    asked: int

    def runs(self, *, least: int = 1) -> int:
        return scaled(self.asked, least=least)
