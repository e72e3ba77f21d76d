"""``python -m contracts.generate.compatibility [--release]``: the compatibility gate.

Fails, naming each break and its direction, when an event version can no longer be read by those
who know it as released. ``--release`` then makes the present schemas the released ones.
"""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from contracts.catalogue import EVENTS
from contracts.generate.artefacts import CONTRACTS, as_json
from contracts.generate.breaks import Break, breaks
from contracts.generate.normal_form import JsonSchema
from contracts.generate.schemas import schema_of

RELEASED = CONTRACTS / "released"


def released_schemas(folder: Path = RELEASED) -> dict[str, JsonSchema]:
    """The schemas as released, by schema name."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def generated_schemas() -> dict[str, JsonSchema]:
    """The schemas of all events as the models are now, by schema name."""
    return {event.schema_name(): schema_of(event) for event in EVENTS}


def release(generated: dict[str, JsonSchema], folder: Path = RELEASED) -> list[Break]:
    """Make the generated schemas the released ones, unless there are breaks: those are returned."""
    found = breaks(released_schemas(folder), generated)
    if not found:
        folder.mkdir(parents=True, exist_ok=True)
        for name, schema in generated.items():
            (folder / f"{name}.json").write_text(as_json(schema), "utf-8", newline="\n")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 when everything released stays readable, else 1."""
    parser = argparse.ArgumentParser(prog="python -m contracts.generate.compatibility")
    parser.add_argument("--release", action="store_true", help="release the present schemas")
    wants_release: bool = parser.parse_args(arguments).release
    generated, released = generated_schemas(), released_schemas()
    found = release(generated) if wants_release else breaks(released, generated)
    if found:
        Console(stderr=True).print(_table(found))
        return 1
    new = len(generated.keys() - released.keys())
    verb = "released" if wants_release else "compatible"
    Console().print(f"{len(generated)} event versions {verb}, {new} of them new")
    return 0


def _table(found: list[Break]) -> Table:
    table = Table("event version", "field", "direction", "break", title="Released schemas broken")
    for entry in found:
        table.add_row(entry.schema, entry.path or "(whole)", entry.direction.value, entry.reason)
    return table


if __name__ == "__main__":
    sys.exit(main())
