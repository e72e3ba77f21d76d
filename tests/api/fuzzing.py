"""Schemathesis makes requests from a service's own description and holds its answers against it."""

import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

ROOT = Path(__file__).parents[2]
CONFIGURATION = Template(Path(__file__).with_name("schemathesis.toml").read_text(encoding="utf-8"))
EXAMPLES = os.environ.get("API_EXAMPLES", "10")
"""Made-up requests for each route, beside the edge cases of each field; more when run by hand."""


@dataclass(frozen=True)
class Existing:
    """Ids of what exists, so that made-up commands find something to act on."""

    producer: str
    order: str
    shipment: str

    def subject_of(self, service: str) -> str:
        """The id that a service knows as `{id}` in its paths."""
        subjects = {"registry": self.producer, "orders": self.order, "exports": self.shipment}
        return subjects.get(service, self.producer)


def fuzz(url: str, service: str, existing: Existing, folder: Path) -> str:
    """What Schemathesis found at the service that answers at `url`; nothing when all is well.

    `folder` takes the filled-in configuration.
    """
    configuration = folder / f"{service}.toml"
    configuration.write_text(
        CONFIGURATION.substitute(asdict(existing), subject=existing.subject_of(service)),
        encoding="utf-8",
    )
    program = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration)]
    done = subprocess.run(
        [*program, "run", f"{url}/openapi.json", "--max-examples", EXAMPLES],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    return done.stdout + done.stderr if done.returncode else ""
