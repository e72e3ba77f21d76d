"""The service with a guard taken away: `python -m tests.faults.flawed`, for negative controls."""

import os
import runpy

from tests.faults.adapter import take_away
from tests.faults.instance import Instance

FLAW = "ZARBIA_TEST_FLAW"


def flawed(instance: Instance, guard: str) -> None:
    """Have it run without this guard."""
    instance.module, instance.environment = "tests.faults.flawed", {FLAW: guard}


if __name__ == "__main__":
    take_away(os.environ[FLAW])
    runpy.run_module("services.export_metrics", run_name="__main__")
