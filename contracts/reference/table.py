"""Reading the CSV files of `data/`."""

import csv
from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple


class Labelled(NamedTuple):
    """A code with its labels."""

    code: str
    english: str
    french: str
    arabic: str


def records(name: str) -> Iterator[dict[str, str]]:
    """The records of `data/<name>.csv`, by column; lines that start with `#` are comments."""
    text = resources.files("contracts.reference").joinpath("data", f"{name}.csv").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return csv.DictReader(lines, strict=True)


def labelled(name: str, key: str = "code") -> tuple[Labelled, ...]:
    """The codes of `data/<name>.csv` with their labels, in the order of the file."""
    return tuple(
        Labelled(record[key], record["english"], record["french"], record["arabic"])
        for record in records(name)
    )
