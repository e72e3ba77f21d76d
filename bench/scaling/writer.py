"""Write at a steady rate: ``python -m bench.scaling.writer BROKER SEED RATE SECONDS``.

A process of its own: whoever looks at the clock meanwhile must not wait for it.
"""

import sys

from bench.scaling.writing import write_steadily

if __name__ == "__main__":
    address, seed, rate, seconds = sys.argv[1:]
    write_steadily(address, int(seed), int(rate), float(seconds))
