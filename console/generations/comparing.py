"""Two generations side by side: what is published of the figures, and what stands of triggers.

Figures are compared as both have published them. A generation that is silent has told no trigger:
what it would have standing is folded from the inputs, to the cut of the one that is in charge. All
of it is read on the bus, or in a recording.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from rich.progress import Progress

from chassis.folding.fold import Fold
from chassis.folding.publishing.charge import Role
from chassis.folding.publishing.succession import Told, told_by
from chassis.folding.verifying.live import Live
from console.differing.episodes import Pair, episodes_of, paired
from console.differing.figures import Figures
from console.differing.numbers import ranges
from console.differing.report import Report
from console.generations.figures import Lives, behind, closed_through, common_cut
from console.generations.roles import Roles, told
from console.generations.sources import InRecording, OnBus, Source
from console.recording import Recording
from console.refolding.partitions import refoldings
from console.verifying import Verifiable
from contracts.event import Event

Due = dict[int, list[Event]]
"""By partition number, what a silent generation would have standing."""
Published = tuple[Live, Live]
"""Of one partition: by the generation that speaks, and by the silent one."""


async def compared(
    kafka: str, subject: Verifiable, generations: tuple[int, int], folder: Path, progress: Progress
) -> Report:
    """As they are on the bus. Raises UnknownGenerationError, and what reading and folding raise."""
    source = OnBus(kafka, subject.fold)
    return await _compared(source, subject.fold, generations, folder, progress)


async def compared_recorded(
    recording: Recording,
    subject: Verifiable,
    generations: tuple[int, int],
    folder: Path,
    progress: Progress,
) -> Report:
    """As they are in a recording. Raises RecordingError when it lacks one of them, or the inputs
    and decisions by which triggers are compared, and what folding raises."""
    source = InRecording(recording, subject.fold)
    return await _compared(source, subject.fold, generations, folder, progress)


async def _compared(
    source: Source, fold: Fold, generations: tuple[int, int], folder: Path, progress: Progress
) -> Report:
    a, b = generations
    await source.require(a, b)
    roles = await source.roles(a), await source.roles(b)
    speaking = _speaking(fold, *roles)
    before = await source.told(speaking)
    lives = await source.figures(a), await source.figures(b)
    after = await source.told(speaking)
    names = [
        f"generation {n}{source.where}, {told(r)}" for n, r in zip(generations, roles, strict=True)
    ]
    report = Report(names[0], names[1], Figures())
    _compare_figures(report, *lives)
    report.behind = behind(*lives)
    if fold.decisions:
        if why := _incomparable(speaking, report.behind or behind(*lives[::-1])):
            report.notes.append(f"Triggers are not compared: {why}.")
        else:
            shadow = _Shadow(source, fold, folder, progress)
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
    due: Due = {}
    for silent in generations:
        found = await shadow.standing(silent, _published(silent, generations, speaking, lives))
        if found is None:
            report.notes.append(
                f"Triggers are not compared: this zarbia folds otherwise than generation {silent}; "
                "use the one of its release."
            )
            return
        due |= found
    pairs: list[Pair] = []
    for number, would_stand in sorted(due.items()):
        before, after = (told_then[number] for told_then in told_around)
        sides = _at_cut(before, after, would_stand)
        pairs += paired(*map(episodes_of, sides if speaking[number] else sides[::-1]))
    report.pairs, report.standing = pairs, True


def _published(
    silent: int,
    generations: tuple[int, int],
    speaking: Mapping[int, bool],
    lives: tuple[Lives, Lives],
) -> dict[int, Published]:
    """Where this generation is the silent one, and both have published something."""
    found: dict[int, Published] = {}
    for number, first_speaks in speaking.items():
        spoken, other = (live[number] for live in (lives if first_speaks else lives[::-1]))
        if silent == generations[first_speaks] and spoken is not None and other is not None:
            found[number] = (spoken, other)
    return found


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
    """What a silent generation would have standing, folded from the inputs."""

    def __init__(self, source: Source, fold: Fold, folder: Path, progress: Progress) -> None:
        self._source = source
        self._fold = fold
        self._folder = folder
        self._progress = progress
        self._task = progress.add_task("folding from zero", total=None)

    async def standing(self, generation: int, published: Mapping[int, Published]) -> Due | None:
        """At the cut of the one that speaks, in the partitions of which both have `published`; None
        when the figures that are found on the way are not those that the silent one has."""
        if not published:
            return {}
        cuts = {number: speaking.offsets for number, (speaking, _) in published.items()}
        inputs = self._source.inputs(cuts)
        with refoldings(
            self._fold,
            self._folder,
            generation,
            cuts,
            lambda count: self._progress.advance(self._task, count),
        ) as folding:
            async for record in inputs.records(cuts):
                folding[record.partition].take(record)
            for number, (speaking, silent) in published.items():
                figures = folding[number].figures()
                cut = common_cut(Live(speaking.offsets, figures, {}, {}, {}), silent)
                if cut.a != cut.b:
                    return None
            return {
                number: list(told_by(self._fold, folding[number].decided()).standing.values())
                for number in published
            }


def _at_cut(before: Told, after: Told, due: list[Event]) -> tuple[list[Event], list[Event]]:
    """What stands on the topic and what should, without what was said while it was read."""
    by_id = {event.model_dump()["trigger_id"]: event for event in due}
    said = before.standing | {id_: e for id_, e in after.standing.items() if id_ in by_id}
    return (
        [event for id_, event in said.items() if id_ not in after.ended],
        [event for id_, event in by_id.items() if id_ not in after.ended],
    )
