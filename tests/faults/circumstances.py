"""What a process must not depend on: its clock, and the seed of the hashes of its strings."""

import os
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

SHIMS = Path(__file__).parent / "shims"
ROOT = Path(__file__).parents[2]
DAY = 86_400
SHIFTS = (DAY, -DAY, 365 * DAY, -365 * DAY)
_CHANCE = random.Random(11)  # noqa: S311 - the same every time


def circumstances(shift: int = 0) -> dict[str, str]:
    """The environment of a process whose clock is `shift` seconds off, with some hash seed."""
    return {
        "PYTHONPATH": os.pathsep.join([str(SHIMS), str(ROOT)]),
        "ZARBIA_TEST_CLOCK_SHIFT": str(shift),
        "PYTHONHASHSEED": str(_CHANCE.randint(1, 4_294_967_295)),
    }


def run(environment: Mapping[str, str], module: str, *arguments: str) -> str:
    """What a Python module prints. Raises CalledProcessError when it fails."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
