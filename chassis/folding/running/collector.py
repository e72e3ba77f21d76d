"""Python's garbage collector, set for a process that folds."""

import gc

YOUNG_OBJECTS = 100_000


def relieve() -> None:
    """Look for cycles seldom: a batch makes many objects, hardly any of them in a cycle.

    As Python sets it, a tenth to a sixth of a fold's time goes into looking for them.
    """
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 100)
