"""Texts of cells, each once in memory: what is compared and hashed for every event stays in the
caches of the processor."""

from sys import intern
from typing import TypeVar

Parts = TypeVar("Parts", bound=tuple[object, ...])


def interned(parts: Parts) -> Parts:
    """The same tuple of texts and others, with the one copy of each text."""
    return tuple.__new__(type(parts), [intern(x) if type(x) is str else x for x in parts])
