"""What a data folder says of the demonstration that was played on it."""

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path

from console.demo.dated import Scenario
from console.demo.errors import DemoStoppedError
from console.stack.folder import write_atomically

FILE = "demo.json"


def require_room(data: Path, scenario: Scenario) -> None:
    """Check that the folder holds this scenario or none.

    Raises:
        DemoStoppedError: it holds another one; both together would be no programme.
    """
    with suppress(FileNotFoundError):
        held = json.loads((data / FILE).read_text(encoding="utf-8"))
        if held != _described(scenario):
            raise DemoStoppedError(
                f"{data} holds the demonstration of seed {held.get('seed')}: choose another --data"
            )


def remember(data: Path, scenario: Scenario) -> None:
    """Write down that the folder holds this scenario."""
    write_atomically(data / FILE, json.dumps(_described(scenario)).encode())


def _described(scenario: Scenario) -> dict[str, int | str]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(scenario).items()
    }
