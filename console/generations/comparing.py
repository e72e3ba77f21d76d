"""Two generations side by side: what is published of the figures, and what stands of triggers.

Figures are compared as both have published them. A generation that is silent has told no trigger:
what it would have standing is folded from the log, to the cut of the one that is in charge.
"""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from rich.progress import Progress

from chassis.folding.fold import Fold
from chassis.folding.publishing.charge import Role
from chassis.folding.publishing.succession import Told, told_by, told_on_topic
from chassis.folding.verifying.live import Live
from console.differing.episodes import Pair, episodes_of, paired
from console.differing.figures import Figures
from console.differing.numbers import ranges
from console.differing.report import Report
from console.generations.figures import Lives, behind, closed_through, common_cut, published
from console.generations.known import charges, require_known
from console.generations.roles import Roles, told
from console.refolding.inputs import LogInputs
from console.refolding.partitions import refoldings
from console.verifying import Verifiable
from contracts.event import Event


async def compared(
    kafka: str, subject: Verifiable, generations: tuple[int, int], folder: Path, progress: Progress
) -> Report:
    """Raises UnknownGenerationError, and what reading and folding raise."""
    fold, a, b = subject.fold, *generations
    await require_known(kafka, fold, a, b)
    roles = await _roles(kafka, fold, a), await _roles(kafka, fold, b)
    speaking = _speaking(fold, *roles)
    before = await _told(kafka, fold, speaking)
    lives = await published(kafka, fold, a), await published(kafka, fold, b)
    after = await _told(kafka, fold, speaking)
    names = [f"generation {n}, {told(r)}" for n, r in zip(generations, roles, strict=True)]
    report = Report(names[0], names[1], Figures())
    _compare_figures(report, *lives)
    report.behind = behind(*lives)
    if fold.decisions:
        if why := _incomparable(speaking, report.behind or behind(*lives[::-1])):
            report.notes.append(f"Triggers are not compared: {why}.")
        else:
            shadow = _Shadow(kafka, fold, folder, progress)
            await _compare_triggers(report, generations, shadow, speaking, lives, (before, after))
    return report


def _incomparable(speaking: Mapping[int, bool], late: list[int]) -> str:
    """Why what stands cannot be compared; empty when it can."""
    if late:
        return f"one has not closed the day of the other in the partitions {ranges(late)}"
    return "" if speaking else "one must be in charge, and the other silent"


async def _compare_triggers(
    report: Report,
    generations: tuple[int, int],
    shadow: "_Shadow",
    speaking: Mapping[int, bool],
    lives: tuple[Lives, Lives],
    told_around: tuple[Mapping[int, Told], Mapping[int, Told]],
) -> None:
    """By what stands, in each partition in which one speaks and the other is silent."""
    if len(speaking) < len(lives[0]):
        report.notes.append(f"Triggers are compared in the partitions {ranges(speaking)} alone.")
    pairs: list[Pair] = []
    for number, first_speaks in speaking.items():
        spoken, other = (live[number] for live in (lives if first_speaks else lives[::-1]))
        if spoken is None or other is None:
            continue
        silent = generations[1] if first_speaks else generations[0]
        due = await shadow.standing(number, silent, spoken, other)
        if due is None:
            report.notes.append(
                f"Triggers are not compared: this zarbia folds otherwise than generation {silent}; "
                "use the one of its release."
            )
            return
        before, after = (told_then[number] for told_then in told_around)
        sides = _at_cut(before, after, due)
        pairs += paired(*map(episodes_of, sides if first_speaks else sides[::-1]))
    report.pairs, report.standing = pairs, True


async def _roles(kafka: str, fold: Fold, generation: int) -> dict[int, Role]:
    found = await charges(kafka, fold, generation)
    return {number: charge.role for number, charge in found.items()}


async def _told(kafka: str, fold: Fold, numbers: Iterable[int]) -> dict[int, Told]:
    found = await asyncio.gather(*(told_on_topic(kafka, fold, number) for number in numbers))
    return dict(zip(numbers, found, strict=True))


def _speaking(fold: Fold, a: Roles, b: Roles) -> dict[int, bool]:
    """Where one is in charge and the other silent: whether it is the first."""
    if not fold.decisions:
        return {}
    pair = {Role.IN_CHARGE, Role.SILENT}
    return {n: a[n] is Role.IN_CHARGE for n in a if {a[n], b[n]} == pair}


def _compare_figures(report: Report, a: Lives, b: Lives) -> None:
    days: set[date] = set()
    open_, nothing = [], []
    for number, ours in a.items():
        theirs = b[number]
        if ours is None or theirs is None:
            nothing.append(number)
            continue
        cut = common_cut(ours, theirs)
        report.figures.compare(cut.a, cut.b)
        days.add(min(closed_through(ours), closed_through(theirs)))
        open_ += [number] if cut.through is None else []
    if days:
        through = " to ".join(map(str, sorted({min(days), max(days)})))
        report.notes.append(
            f"At equal day, {through}; in {len(open_)} of {len(a)} partitions the open day, too."
        )
    if nothing:
        report.notes.append(f"One has published nothing in partitions {ranges(nothing)}.")


class _Shadow:
    """What a silent generation would have standing, folded from the log."""

    def __init__(self, kafka: str, fold: Fold, folder: Path, progress: Progress) -> None:
        self._inputs = LogInputs(kafka, fold)
        self._fold = fold
        self._folder = folder
        self._progress = progress
        self._task = progress.add_task("folding from zero", total=None)

    async def standing(
        self, number: int, generation: int, speaking: Live, silent: Live
    ) -> list[Event] | None:
        """At the cut of the one that speaks; None when the figures that are found on the way are
        not those that the silent one has published."""
        with refoldings(
            self._fold,
            self._folder,
            generation,
            [number],
            lambda count: self._progress.advance(self._task, count),
        ) as folding:
            async for record in self._inputs.records({number: speaking.offsets}):
                folding[number].take(record)
            found = Live(speaking.offsets, folding[number].outputs()[0], {}, {}, {})
            cut = common_cut(found, silent)
            if cut.a != cut.b:
                return None
            return list(told_by(self._fold, folding[number].decided()).standing.values())


def _at_cut(before: Told, after: Told, due: list[Event]) -> tuple[list[Event], list[Event]]:
    """What stands on the topic and what should, without what was said while it was read."""
    by_id = {event.model_dump()["trigger_id"]: event for event in due}
    said = before.standing | {id_: e for id_, e in after.standing.items() if id_ in by_id}
    return (
        [event for id_, event in said.items() if id_ not in after.ended],
        [event for id_, event in by_id.items() if id_ not in after.ended],
    )
