"""A replay: records with their faults, in their order, at their pace, each written once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from console.recording.errors import RecordingError
from console.recording.faults import Counts, Faults, Injection
from console.recording.plan import Plan, described
from console.recording.reading import Recording
from console.recording.record import Place, Record
from console.recording.sandbox import OTHERS_WRITE, Sandbox
from console.recording.soundness import require_all_partitions
from console.recording.source import broker_errors
from console.recording.timing import TO_NOW, CalendarError, Pace, Span, Step, parse_shift, steps
from console.recording.writing import writer


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for. `speed` is recorded time in real time, None for as fast as possible."""

    speed: Fraction | None = None
    shift: str = "0s"
    faults: Faults = field(default_factory=Faults)
    unverified: bool = False


@dataclass(slots=True)
class Report:
    """What a replay holds, and what it did. `skipped` had been written before a cut."""

    spans: dict[str, Span] = field(default_factory=dict)
    written: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    faults: Counts = field(default_factory=Counter)

    def note(self, step: Step) -> None:
        topic, span = step.record.topic, Span.of(step)
        self.spans[topic] = Span.over((self.spans[topic], span)) if topic in self.spans else span


@dataclass(slots=True)
class Rehearsal:
    """What a replay will hold, by partition too, and lines on what of the recording is lost."""

    report: Report = field(default_factory=Report)
    ordinals: Counter[Place] = field(default_factory=Counter)
    losses: list[str] = field(default_factory=list)


OnProgress = Callable[[int], None]


def plan_of(recording: Recording, wanted: Wanted, now: datetime) -> Plan:
    """What decides each record. `now` is where `to-now` puts the first one.

    Raises RecordingError when a partition is missing.
    """
    require_all_partitions(recording.manifest, recording.layout.manifest)
    if wanted.shift == TO_NOW:
        first = next(recording.records(unverified=wanted.unverified), None)
        shift_ms = int(now.timestamp() * 1000) - first.timestamp if first else 0
    else:
        shift_ms = parse_shift(wanted.shift) // timedelta(milliseconds=1)
    return Plan(
        recording=recording.manifest.identity,
        shift_asked=wanted.shift,
        shift_ms=shift_ms,
        faults=described(wanted.faults),
    )


def planned(
    records: Iterable[Record], plan: Plan, faults: Faults, report: Report
) -> Iterator[Step]:
    """All records to write, in order; what they are is noted in the report."""
    shift = timedelta(milliseconds=plan.shift_ms)
    for step in Injection(faults, report.faults).into(steps(records, shift)):
        report.note(step)
        yield step


def rehearse(
    recording: Recording, plan: Plan, wanted: Wanted, on_progress: OnProgress
) -> Rehearsal:
    """Go through all of a replay, and write nothing.

    Raises RecordingError for whatever is found wrong with the recording, or with moving its times.
    """
    found = Rehearsal()
    records = recording.records(unverified=wanted.unverified, on_loss=found.losses.append)
    try:
        for number, step in enumerate(planned(records, plan, wanted.faults, found.report), 1):
            found.ordinals[step.record.place] += 1
            if number % 500 == 0:
                on_progress(number)
    except CalendarError as error:
        why = f"{recording.where(error.record)}: moved by {plan.shift_asked}, {error}"
        raise RecordingError(why, error.option) from error
    return found


async def replay(
    recording: Recording,
    sandbox: Sandbox,
    plan: Plan,
    wanted: Wanted,
    whole: Counter[Place],
    on_progress: OnProgress,
) -> Report:
    """Write into the sandbox what is not there yet. `whole` is how many each partition will hold.

    Raises RecordingError when the sandbox holds anything else, or the broker refuses.
    """
    found = await sandbox.prepare(recording.manifest.topics, plan)
    require_no_more(sandbox, found.held, whole)
    report, pace = Report(), Pace(wanted.speed)
    records = recording.records(unverified=wanted.unverified)
    with broker_errors(sandbox.kafka):
        async with writer(sandbox) as out:
            ordinals: Counter[Place] = Counter()
            for number, step in enumerate(planned(records, found.plan, wanted.faults, report), 1):
                place = step.record.place
                ordinals[place] += 1
                if ordinals[place] <= found.held[place]:
                    report.skipped[step.record.topic] += 1
                else:
                    await pace.wait(step.due)
                    await out.write(step.record, ordinals[place] - 1)
                    report.written[step.record.topic] += 1
                if number % 500 == 0:
                    on_progress(number)
    return report


def require_no_more(
    sandbox: Sandbox, there: Mapping[Place, int], whole: Mapping[Place, int]
) -> None:
    """Raises RecordingError when a partition holds more than the whole replay would write."""
    for (topic, partition), found in there.items():
        if found > whole.get((topic, partition), 0):
            raise RecordingError(
                f"{sandbox.name(topic)} {partition} holds {found} records, of which this replay "
                f"writes {whole.get((topic, partition), 0)}: {OTHERS_WRITE}"
            )
