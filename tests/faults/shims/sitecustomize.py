"""Shifts the clock of a Python process that finds this on its path, by `SHIFT` seconds.

`datetime.now` is a method of a type written in C: it can be replaced only in the type's own
dictionary, which Python hides behind a view.
"""

import ctypes
import gc
import os
import time
from datetime import datetime, timedelta, tzinfo

SHIFT = int(os.environ.get("ZARBIA_TEST_CLOCK_SHIFT", "0"))


def _shift(seconds: int) -> None:
    seconds_now, nanoseconds_now = time.time, time.time_ns
    now = datetime.now  # noqa: TID251 - what is shifted

    def shifted_now(_: type[datetime], tz: tzinfo | None = None) -> datetime:
        return now(tz) + timedelta(seconds=seconds)

    time.time = lambda: seconds_now() + seconds
    time.time_ns = lambda: nanoseconds_now() + seconds * 1_000_000_000
    (methods,) = gc.get_referents(datetime.__dict__)
    methods["now"] = classmethod(shifted_now)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime))


if SHIFT:
    _shift(SHIFT)
