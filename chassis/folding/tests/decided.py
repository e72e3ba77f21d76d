"""Decisions on a topic, as short as they can be."""

from collections.abc import Iterable
from typing import NamedTuple

from chassis.folding.verifying.decisions import Decisions


class _Record(NamedTuple):
    offset: int
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    topic: str = "decisions"
    partition: int = 0
    timestamp: int = 0
    key: bytes = b""


class Word(NamedTuple):
    """What is said of a subject; unless stated, its id is its own for its place."""

    subject: str
    value: bytes
    ordinal: int = 1
    id_: str = ""

    @property
    def id(self) -> str:
        return self.id_ or f"{self.subject} {self.ordinal}"


def decisions(said: Iterable[Word]) -> Decisions:
    """Taken in their order."""
    found = Decisions()
    for offset, word in enumerate(said):
        headers = [("ce_id", word.id.encode()), ("ce_subject", word.subject.encode())]
        if word.ordinal:
            headers.append(("ce_sequence", b"%010d" % word.ordinal))
        found.take(_Record(offset, word.value, tuple(headers)))
    return found
