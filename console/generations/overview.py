"""All generations of a fold: where each is in charge, how far it is, whether it agrees."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.folding.fold import Fold
from chassis.folding.publishing.charge import Role
from console.differing.figures import Figures
from console.generations.figures import Lives, behind, closed_through, compared_figures, published
from console.generations.known import charges, known
from console.generations.roles import ROLES, told
from console.refolding.inputs import LogInputs


@dataclass(frozen=True)
class Generation:
    """`reached` counts the inputs before its cursors, of `records` in all. `figures` were compared
    with those of the generation `with_`, which is in charge; None of that one itself."""

    number: int
    roles: Mapping[int, Role]
    cursors: Mapping[int, Mapping[str, int]]
    closed: Mapping[int, date | None]
    records: int
    behind: list[int]
    with_: int | None = None
    figures: Figures | None = None

    @property
    def reached(self) -> int:
        return sum(sum(offsets.values()) for offsets in self.cursors.values())

    @property
    def through(self) -> date | None:
        """The day that it has closed in all partitions."""
        days = [day for day in self.closed.values() if day is not None]
        return min(days) if len(days) == len(self.closed) else None

    def verdict(self) -> str:
        """How its figures compare at equal day."""
        figures = self.figures
        if figures is None:
            return ""
        late = f", behind in {len(self.behind)} partitions" if self.behind else ""
        if figures.differing:
            return f"{figures.differing:,} of {figures.compared:,} DIFFER from {self.with_}{late}"
        return f"{figures.compared:,} equal to {self.with_}{late}"

    def as_json(self) -> dict[str, Any]:
        figures = self.figures
        return {
            "generation": self.number,
            "reached": self.reached,
            "records": self.records,
            "closed_through": self.through and self.through.isoformat(),
            "compared_with": self.with_,
            "compared": figures and figures.compared,
            "differing": figures and figures.differing,
            "partitions": [
                {
                    "partition": number,
                    "role": ROLES[role],
                    "cursor": dict(self.cursors[number]),
                    "closed_through": (day := self.closed[number]) and day.isoformat(),
                }
                for number, role in self.roles.items()
            ],
        }

    @property
    def role(self) -> str:
        return told(self.roles)


async def overview(kafka: str, fold: Fold) -> list[Generation]:
    """All that there are, in their order."""
    ends = await LogInputs(kafka, fold).ends()
    records = sum(sum(of_topics.values()) for of_topics in ends.values())
    numbers = await known(kafka, fold)
    held = {number: await charges(kafka, fold, number) for number in numbers}
    lives = {number: await published(kafka, fold, number) for number in numbers}
    speaking = [n for n in numbers if any(c.role is Role.IN_CHARGE for c in held[n].values())]
    with_ = speaking[-1] if speaking else None
    found = []
    for number in numbers:
        cursors = {n: c.cursor.offsets if c.cursor else {} for n, c in held[number].items()}
        roles = {n: charge.role for n, charge in held[number].items()}
        compares = with_ is not None and with_ != number
        found.append(
            Generation(
                number,
                roles,
                cursors,
                _closed(lives[number]),
                records,
                behind(lives[with_], lives[number]) if compares and with_ else [],
                with_ if compares else None,
                compared_figures(lives[with_], lives[number]) if compares and with_ else None,
            )
        )
    return found


def _closed(lives: Lives) -> dict[int, date | None]:
    return {n: None if live is None else closed_through(live) for n, live in lives.items()}
