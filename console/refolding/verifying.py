"""A recording folded from zero, compared with what is live, or with what it holds of that."""

from collections import defaultdict
from pathlib import Path

from rich.progress import Progress

from chassis.folding.verifying.comparison import Difference, digest
from chassis.folding.verifying.live import Decisions, Live, Outputs, Statistics
from console.recording import Recording, RecordingError
from console.refolding.inputs import RecordedInputs
from console.refolding.partitions import Refoldings, refoldings
from console.verifying import Lives, Published, Verifiable, Verification, read_lives, records_of


def holds_outputs(recording: Recording, subject: Verifiable, generation: int) -> bool:
    """Whether it holds what the fold has published, beside what it has read."""
    recorded = {topic.name for topic in recording.manifest.topics}
    return recorded >= _output_topics(subject, generation)


async def verified_recording(
    recording: Recording,
    kafka: str | None,
    generation: int,
    folder: Path,
    progress: Progress,
    subject: Verifiable,
) -> Verification:
    """Compare with what is live on the broker `kafka`; for None, with the outputs it holds.

    Raises RecordingError when it does not hold all that is to be folded.
    """
    fold = subject.fold
    inputs = RecordedInputs(recording, fold)
    lives = (
        _recorded_lives(recording, subject, generation)
        if kafka is None
        else await read_lives(kafka, generation, subject)
    )
    cuts = {number: each.live.offsets for number, each in lives.items() if each is not None}
    inputs.require(cuts)
    task = progress.add_task("folding from zero", total=records_of(lives))
    found, said = Verification(fold), list[Outputs]()
    with refoldings(
        fold, folder, generation, cuts, lambda count: progress.advance(task, count)
    ) as folding:
        async for record in inputs.records(cuts):
            folding[record.partition].take(record)
        for number, published in lives.items():
            if published is None:
                found.silent.append(number)
            else:
                said += found.add(number, published, folding[number])
        found.digest = digest(said)
        if kafka is None:
            found.differences = await _without_later(found.differences, lives, inputs, folding)
    return found


def _output_topics(subject: Verifiable, generation: int) -> set[str]:
    topics = {subject.fold.figures.statistics(generation).name}
    return topics | ({subject.decisions.name} if subject.decisions else set())


def _recorded_lives(recording: Recording, subject: Verifiable, generation: int) -> Lives:
    topics = _output_topics(subject, generation)
    _require_from_zero(recording, topics)
    statistics_topic = subject.fold.figures.statistics(generation)
    statistics = {n: Statistics(subject.fold) for n in range(statistics_topic.partitions)}
    decisions: defaultdict[int, Decisions] = defaultdict(Decisions)
    for record in recording.records(topics=topics):
        taken = statistics if record.topic == statistics_topic.name else decisions
        taken[record.partition].take(record)  # type: ignore[arg-type]  # see RecordedInputs
    return {
        number: None
        if found.offsets is None
        else Published(
            Live(
                found.offsets,
                found.cut,
                decisions[number].found,
                decisions[number].found,
                decisions[number].again,
            )
        )
        for number, found in statistics.items()
    }


def _require_from_zero(recording: Recording, topics: set[str]) -> None:
    for topic in recording.manifest.topics:
        for found in topic.partitions:
            if topic.name in topics and found.start:
                raise RecordingError(
                    f"{recording.layout.manifest}: {topic.name} {found.partition} begins at "
                    f"offset {found.start}, so what was published before is missing"
                )


async def _without_later(
    differing: list[Difference], lives: Lives, inputs: RecordedInputs, folding: Refoldings
) -> list[Difference]:
    """Without the decisions that rest on inputs after the cut, which were recorded, too.

    Those are rare: only where there are any, the rest of the inputs is folded to find them.
    """
    unknown = {each.partition for each in differing if _only_said(each)}
    ends = await inputs.ends()
    async for record in inputs.records({number: ends[number] for number in unknown}):
        published = lives[record.partition]
        if published and record.offset >= published.live.offsets.get(record.topic, 0):
            folding[record.partition].take(record)
    later = {number: folding[number].outputs()[1] for number in unknown}
    return [
        each
        for each in differing
        if not (_only_said(each) and later[each.partition].get(each.key) == each.live)
    ]


def _only_said(difference: Difference) -> bool:
    return difference.what == "trigger" and difference.refolded is None
