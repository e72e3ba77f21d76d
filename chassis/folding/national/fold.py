"""What a national fold is: its subjects, each with the cells that it rests on, and its topic."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from chassis.folding.fold import CellKind, Figures
from contracts.folding import OfNation, OfNationalDay
from contracts.topic import Topic


class Contributed(NamedTuple):
    """What one partition adds to a cell on a knowledge day, an ISO date."""

    day: str
    cell: Any
    measures: tuple[int, ...]


Moved = tuple[Any, tuple[int, ...]]
"""A cell, and what all partitions together add to it on one day."""


class Account(Protocol):
    """What is known of a subject. It is told every day from the first one on that moved anything,
    in order; what it says rests on nothing else."""

    def decide(self, day: date, moved: Iterable[Moved]) -> Sequence[OfNation]: ...


@dataclass(frozen=True)
class Subject:
    """What is decided of one kind of cells, when all partitions closed the day in the topics that
    it `rests_on`. `read` takes the data of a contribution, `account` the number of a generation."""

    name: str
    kind: CellKind
    rests_on: Collection[Topic]
    read: Callable[[bytes], Contributed]
    account: Callable[[int], Account]


@dataclass(frozen=True)
class NationalFold:
    """`topic` has a partition for each of the subjects, in their order: what is said of one stands
    in the same order always, whatever the others wait for."""

    name: str
    figures: Figures
    topic: Callable[[int], Topic]
    closed_type: type[OfNationalDay]
    subjects: tuple[Subject, ...]
