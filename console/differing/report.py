"""What two accounts of the same input amount to, and whether they are equal."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple, Self

from console.differing.episodes import Change, Episode, Pair
from console.differing.figures import Figures


class Sum(NamedTuple):
    """How many, and the MAD centimes exposed by them."""

    triggers: int = 0
    exposed: int = 0

    def plus(self, other: "Sum") -> "Sum":
        return Sum(self.triggers + other.triggers, self.exposed + other.exposed)


class Sums(NamedTuple):
    a: Sum = Sum()
    b: Sum = Sum()

    @classmethod
    def of(cls, pair: Pair) -> Self:
        return cls(*(Sum() if side is None else Sum(1, side.exposed) for side in pair[1:]))

    @classmethod
    def over(cls, several: Iterable[Self]) -> Self:
        return reduce(lambda all_, each: cls(*map(Sum.plus, all_, each)), several, cls())


@dataclass
class Report:
    """`a` and `b` say what the two are. `notes` say what could not be compared, and why.

    `pairs` are None where triggers were not compared; `standing` says that only those were
    compared that stand now, not all that ever did. `behind` are the partitions in which B has not
    closed the day that A has.
    """

    a: str
    b: str
    figures: Figures
    pairs: list[Pair] | None = None
    records: int = 0
    standing: bool = False
    behind: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def changed(self) -> list[Pair]:
        """The triggers that differ: the weightiest difference first, the largest exposure first."""
        order = list(Change)
        differing = [pair for pair in self.pairs or () if pair.change is not Change.NONE]
        return sorted(
            differing, key=lambda pair: (order.index(pair.change), -_exposed(pair), pair.matter)
        )

    @property
    def equal(self) -> bool | None:
        """None where there was nothing to compare."""
        return None if self.nothing else not (self.changed or self.figures.differing)

    @property
    def nothing(self) -> bool:
        """Whether there was nothing to compare."""
        return not (self.records or self.figures.compared or self.pairs)

    def by_month(self) -> dict[tuple[str, str], Sums]:
        """By rule and month of the constitution. One that moved is in A's month and in B's."""
        found: dict[tuple[str, str], Sums] = {}
        for pair in self.pairs or ():
            for one in (pair._replace(b=None), pair._replace(a=None)):
                if episode := one.a or one.b:
                    key = (pair.matter.rule, f"{episode.constituted_on:%Y-%m}")
                    found[key] = Sums.over([found.get(key, Sums()), Sums.of(one)])
        return dict(sorted(found.items()))

    def by_change(self) -> dict[Change, Sums]:
        return {
            change: Sums.over(Sums.of(pair) for pair in self.pairs or () if pair.change is change)
            for change in Change
        }

    def total(self) -> Sums:
        return Sums.over(map(Sums.of, self.pairs or ()))

    def stand(self) -> Sums:
        """Of those that stand at the end."""
        return Sums.over(
            Sums.of(Pair(pair.matter, _standing(pair.a), _standing(pair.b)))
            for pair in self.pairs or ()
        )

    def verdict(self) -> str:
        """The whole of it in one line."""
        if self.nothing:
            return "Nothing was compared: there are no records yet."
        if self.equal:
            return "A and B are equal." if self.pairs is not None else "Equal in figures."
        told = []
        if self.changed:
            counts = Counter(pair.change for pair in self.changed)
            told.append(", ".join(f"{counts[x]:,} {x}" for x in Change if counts[x]))
        if self.figures.differing:
            told.append(f"{self.figures.differing:,} contributions to the figures differ")
        return f"A and B DIFFER: {'; '.join(told)}."


def _standing(episode: Episode | None) -> Episode | None:
    return None if episode is None or episode.ended else episode


def _exposed(pair: Pair) -> int:
    return max(side.exposed for side in (pair.a, pair.b) if side is not None)
