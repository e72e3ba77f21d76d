"""How much of the long set is run.

`ZARBIA_FAULTS` is the part of it: 1 is the whole, 0.2 a fifth; without it the short set is run.
"""

import os

SCALE = float(os.environ.get("ZARBIA_FAULTS", "0"))


def scaled(whole: int, *, least: int = 1) -> int:
    """That part of `whole`, and no less than the short set has."""
    return max(least, round(whole * SCALE))
