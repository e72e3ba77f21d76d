"""The service that can be told, while it runs, at which failpoint it shall die.

`python -m tests.faults.armed`. So one life of a process serves two runs: it recovers in the one and
dies in the next.
"""

import os
import runpy
import signal
from pathlib import Path

from tests.faults.adapter import arm
from tests.faults.instance import Instance

FILE = "failpoint"


def armed(instance: Instance, failpoint: str) -> None:
    """Have a running one die at `name:nth`, counted from now on."""
    (instance.data / FILE).write_text(failpoint)
    instance.send(signal.SIGUSR1)


def _arm(*_: object) -> None:
    arm((Path(os.environ["ZARBIA_DATA"]) / FILE).read_text())


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _arm)
    runpy.run_module("services.export_metrics", run_name="__main__")
