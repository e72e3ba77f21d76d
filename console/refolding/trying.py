"""The same input folded twice at once, under the terms that are set and others, side by side."""

from pathlib import Path

from rich.progress import Progress

from chassis.folding.verifying.refold import Refolding
from console.differing.episodes import Episodes, episodes_of, paired
from console.differing.figures import Contributions, Figures, contributions
from console.differing.numbers import ranges
from console.differing.report import Report
from console.refolding.inputs import Inputs
from console.refolding.partitions import Refoldings, refoldings
from console.refolding.terms import Terms, Trial
from contracts.topics import CURRENT_GENERATION, INSURANCE_RULES
from services.export_metrics.fold import EXPORT_STATISTICS

Side = tuple[str, Terms]
"""What it is called, and the terms that are put before those of the input."""


async def tried(
    inputs: Inputs, sides: tuple[Side, Side], folder: Path, progress: Progress
) -> Report:
    """Fold all of the input by both. Raises what reading and folding raise."""
    ends = {number: each for number, each in (await inputs.ends()).items() if any(each.values())}
    records = sum(sum(of_topics.values()) for of_topics in ends.values())
    task = progress.add_task("folding twice", total=records)
    trials = [Trial(terms) for _, terms in sides]
    with (
        refoldings(EXPORT_STATISTICS, folder / "a", CURRENT_GENERATION, ends) as a,
        refoldings(EXPORT_STATISTICS, folder / "b", CURRENT_GENERATION, ends) as b,
    ):
        done = 0
        async for record in inputs.records(ends):
            for trial, folding in zip(trials, (a, b), strict=True):
                for seen in trial.seen(record):
                    folding[record.partition].take(seen)
            done += 1
            if done % 500 == 0:
                progress.update(task, completed=done)
        figures = Figures()
        for number in ends:
            figures.compare(*(_contributions(of[number]) for of in (a, b)))
        pairs = paired(_episodes(a), _episodes(b))
    report = Report(_name(*sides[0]), _name(*sides[1]), figures, pairs, done)
    if unopened := ends.keys() - trials[1].begun:
        report.notes.append(
            f"{INSURANCE_RULES.name} has no day marker in the partitions {ranges(unopened)}: no "
            "rule that waits for time decides there."
        )
    return report


def _contributions(refolding: Refolding) -> Contributions:
    return contributions(refolding.figures())


def _episodes(folding: Refoldings) -> Episodes:
    return {
        matter: episode
        for refolding in folding.values()
        for matter, episode in episodes_of(refolding.decided()).items()
    }


def _name(name: str, terms: Terms) -> str:
    return f"{name}: {'; '.join(map(str, terms))}" if terms else name
