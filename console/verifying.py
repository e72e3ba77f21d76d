"""The whole of a verification: all partitions, one after the other, each in a ledger of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rich.progress import Progress

from chassis.folding.fold import Fold
from chassis.folding.national.fold import NationalFold
from chassis.folding.national.verifying import verified_nation
from chassis.folding.publishing.charge import Charge, Role
from chassis.folding.publishing.out import Out
from chassis.folding.verifying.comparison import (
    Difference,
    cursor_differences,
    decision_differences,
    digest,
    figure_differences,
    repeated,
)
from chassis.folding.verifying.live import Live, Outputs, read_live
from chassis.folding.verifying.refold import Refolding
from console.differing.numbers import ranges
from console.generations.known import charges, require_known
from console.generations.roles import told
from console.refolding.inputs import Inputs, LogInputs, holding_events
from console.refolding.partitions import refoldings
from contracts.topic import Topic
from contracts.topics import RISK_TRIGGERS
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.national import NATIONAL
from services.registry_metrics.fold import PRODUCER_STATISTICS


class Verifiable(NamedTuple):
    """A fold, the topic in which it tells what it decides, if it decides, and the national fold
    that rests on it, if one does."""

    fold: Fold
    decisions: Topic | None = None
    national: NationalFold | None = None


EXPORT_METRICS = Verifiable(EXPORT_STATISTICS, RISK_TRIGGERS, NATIONAL)
FOLDS = {
    subject.fold.name: subject for subject in (EXPORT_METRICS, Verifiable(PRODUCER_STATISTICS))
}


class Published(NamedTuple):
    """What is live of a partition. Of a generation that is not in charge, decisions are not
    compared; of one that took over, its own since the `succession`, and what stands of those of
    its predecessor."""

    live: Live
    role: Role = Role.IN_CHARGE
    succession: Out | None = None


Charges = Mapping[int, Charge]
"""By partition number."""
Lives = Mapping[int, Published | None]
"""By partition number; None where nothing is published."""


@dataclass
class Verification:
    """What was compared, and what differs. `digest` is that of what the log says."""

    fold: Fold
    records: int = 0
    figures: int = 0
    triggers: int = 0
    national: int | None = None
    """None where they were not compared."""
    against: str = ""
    """What it was compared with: which generation, in what role, and where."""
    later: int = 0
    """Recorded inputs that come after what is compared."""
    silent: list[int] = field(default_factory=list)
    """Partitions of which nothing is published, and nothing is to be."""
    unpublished: list[int] = field(default_factory=list)
    """Those of which nothing is published though their inputs hold events: nothing was compared."""
    undecided: list[int] = field(default_factory=list)
    """Partitions in which decisions were not compared."""
    differences: list[Difference] = field(default_factory=list)
    digest: str = ""

    def add(self, number: int, published: Published, refolding: Refolding) -> list[Outputs]:
        """Compare a partition that is folded up to the cut; gives what the log says of it."""
        live, role, succession = published
        figures, due = refolding.figures(), refolding.due(succession)
        triggers = {id_: each.value for id_, each in (due.former | due.own).items()}
        self.differences += figure_differences(number, live, figures)
        self.differences += repeated(number, live, due)
        if role is Role.IN_CHARGE:
            self.differences += decision_differences(number, live, due)
        else:
            self.undecided.append(number)
        self.records += sum(live.offsets.values())
        self.figures += len(figures)
        self.triggers += len(triggers)
        return [figures, triggers]

    def add_cursors(self, held: Charges, lives: Lives) -> None:
        """Compare how far the cursors say that all is out with what is closed."""
        for number, charge in held.items():
            if cursor := charge.cursor:
                published = lives[number]
                closed = {} if published is None else published.live.offsets
                self.differences += cursor_differences(number, cursor.offsets, closed)

    async def add_unpublished(self, lives: Lives, inputs: Inputs) -> None:
        """Note the partitions of which nothing is published: those that have nothing to say yet,
        and those whose inputs hold events."""
        nothing = [number for number, published in lives.items() if published is None]
        self.unpublished = await holding_events(inputs, self.fold, nothing)
        self.silent = sorted(set(nothing) - set(self.unpublished))

    @property
    def nothing(self) -> bool:
        """Whether nothing is published, so that nothing was compared."""
        return not (self.figures or self.differences)

    def note(self, generation: int, where: str, lives: Lives) -> None:
        """What it is compared with."""
        roles = told({number: each.role for number, each in lives.items() if each is not None})
        self.against = f"generation {generation} {where}" + (f" ({roles})" if roles else "")

    def summary(self) -> str:
        if self.nothing:
            return f"{self.against}: nothing is published yet, so nothing was compared"
        equal = "all equal" + (" in what was compared" if self.unpublished else "")
        verdict = f"{len(self.differences):,} DIFFER" if self.differences else equal
        compared = [f"{self.figures:,} contributions and closings"]
        compared += [f"{self.triggers:,} trigger events"] if self.fold.decisions else []
        compared += [f"{self.national:,} national records"] if self.national is not None else []
        return (
            f"{self.records:,} records folded from zero, compared with {self.against}: "
            f"{', '.join(compared)}, {verdict}{''.join(f'; {each}' for each in self._left())}"
        )

    def _left(self) -> Iterator[str]:
        if self.unpublished:
            yield (
                f"NOT COMPARED: the partitions {ranges(self.unpublished)}, whose inputs hold "
                "events, and of which nothing is published"
            )
        if self.silent:
            yield f"nothing published in {len(self.silent)} partitions"
        if self.undecided and self.fold.decisions:
            yield (
                f"triggers not compared in {len(self.undecided)} partitions, where another "
                "generation is in charge"
            )
        if self.later:
            yield f"{self.later:,} recorded later than what is compared"


async def verified(
    kafka: str,
    generation: int,
    folder: Path,
    progress: Progress,
    subject: Verifiable = EXPORT_METRICS,
) -> Verification:
    """Refold every partition up to what it has published, and compare.

    Raises UnknownGenerationError.
    """
    fold = subject.fold
    found, said = Verification(fold), list[Outputs]()
    held, lives = await read_lives(kafka, generation, subject)
    found.note(generation, f"on {kafka}", lives)
    found.add_cursors(held, lives)
    inputs = LogInputs(kafka, fold)
    await found.add_unpublished(lives, inputs)
    task = progress.add_task("folding from zero", total=records_of(lives))
    for number, published in published_of(lives):
        with refoldings(
            fold, folder, generation, [number], lambda count: progress.advance(task, count)
        ) as folding:
            async for record in inputs.records({number: published.live.offsets}):
                folding[number].take(record)
            said += found.add(number, published, folding[number])
    if subject.national is not None:
        # Not in the digest: it rests on the figures alone, and a recording may not have it.
        decided, differing = await verified_nation(kafka, subject.national, generation)
        found.national = sum(map(len, decided))
        found.differences += differing
    found.digest = digest(said)
    return found


async def read_lives(kafka: str, generation: int, subject: Verifiable) -> tuple[Charges, Lives]:
    """What the cursors say of a generation, and what it has published.

    Raises UnknownGenerationError.
    """
    fold = subject.fold
    await require_known(kafka, fold, generation)
    # The cursors first: what they say is out must be found.
    held = await charges(kafka, fold, generation)
    lives: dict[int, Published | None] = {}
    for number, charge in held.items():
        live = await read_live(kafka, fold, subject.decisions, generation, number)
        lives[number] = live and Published(live, charge.role, charge.succession)
    return held, lives


def published_of(lives: Lives) -> list[tuple[int, Published]]:
    """The partitions of which something is published."""
    return [(number, each) for number, each in lives.items() if each is not None]


def records_of(lives: Lives) -> int:
    """How many records what is live rests on."""
    return sum(sum(each.live.offsets.values()) for _, each in published_of(lives))
