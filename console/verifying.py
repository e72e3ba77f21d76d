"""The whole of a verification: all partitions, one after the other, each in a ledger of its own."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rich.progress import Progress

from chassis.folding.fold import Fold
from chassis.folding.national.fold import NationalFold
from chassis.folding.national.verifying import verified_nation
from chassis.folding.publishing.log import reading
from chassis.folding.verifying.comparison import Difference, differences, digest
from chassis.folding.verifying.live import Live, Outputs, read_live
from chassis.folding.verifying.refold import from_log, refold
from contracts.topics import RISK_TRIGGERS, Topic
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


@dataclass
class Verification:
    """What was compared, and what differs. `digest` is that of what the log says."""

    records: int = 0
    figures: int = 0
    triggers: int = 0
    national: int = 0
    silent: list[int] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    digest: str = ""

    def summary(self) -> str:
        verdict = f"{len(self.differences):,} DIFFER" if self.differences else "all equal"
        nothing = f"; nothing published in {len(self.silent)} partitions" if self.silent else ""
        return (
            f"{self.records:,} records folded from zero: {self.figures:,} contributions and "
            f"closings, {self.triggers:,} trigger events, {self.national:,} national records, "
            f"{verdict}{nothing}"
        )


async def verified(
    kafka: str,
    generation: int,
    folder: Path,
    progress: Progress,
    subject: Verifiable = EXPORT_METRICS,
) -> Verification:
    """Refold every partition up to what it has published, and compare."""
    found = Verification()
    said: list[Outputs] = []
    fold, decisions, national = subject
    numbers = range(fold.figures.statistics(generation).partitions)
    cuts = {
        number: await read_live(kafka, fold, decisions, generation, number) for number in numbers
    }
    task = progress.add_task("folding from zero", total=sum(map(_records, cuts.values())))
    async with reading(kafka) as consumer:
        for number, live in cuts.items():
            if live is None:
                found.silent.append(number)
                continue
            figures, triggers = await refold(
                fold,
                from_log(consumer),
                folder,
                generation,
                number,
                live.offsets,
                lambda count: progress.advance(task, count),
            )
            found.differences += differences(number, live, figures, triggers)
            found.records += _records(live)
            found.figures += len(figures)
            found.triggers += len(triggers)
            said += [figures, triggers]
    if national is not None:
        decided, differing = await verified_nation(kafka, national, generation)
        found.national = sum(map(len, decided))
        found.differences += differing
        said += decided
    found.digest = digest(said)
    return found


def _records(live: Live | None) -> int:
    return sum(live.offsets.values()) if live else 0
