"""The hot path once more, compiled: the same as `reading.plain` and `batch`, several times as fast.

It is there where a C compiler was when the project was installed. Without it everything is done by
the code in Python, which also remains the only one that looks closely at what is out of the common.
"""

try:
    from chassis.folding.native import placing, plain, records

    COMPILED = hasattr(placing, "sum_of")  # what was built of older sources is not used
except ImportError:
    COMPILED = False

__all__ = ["COMPILED", "placing", "plain", "records"]
