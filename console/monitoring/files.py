"""The dashboards as files, and whether those that lie there are up to date."""

from pathlib import Path

from console.monitoring.bus import BUS
from console.monitoring.programme import PROGRAMME
from contracts.generate.artefacts import as_json

DASHBOARDS = (PROGRAMME, BUS)
FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "grafana" / "dashboards"


def dashboards() -> dict[str, str]:
    """The text of every file, by its name."""
    return {f"{board.uid}.json": as_json(board.model()) for board in DASHBOARDS}


def stale(expected: dict[str, str], folder: Path = FOLDER) -> list[str]:
    """The names of files that are missing, other than expected, or not generated at all."""
    present = {path.name: path.read_text("utf-8") for path in folder.glob("*.json")}
    return sorted(
        name for name in expected.keys() | present.keys() if expected.get(name) != present.get(name)
    )


def write(expected: dict[str, str], folder: Path = FOLDER) -> list[str]:
    """Make the files in `folder` as `expected`; returns the names of those that changed."""
    changed = stale(expected, folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in expected:
            (folder / name).write_text(expected[name], "utf-8", newline="\n")
        else:
            (folder / name).unlink()
    return changed
