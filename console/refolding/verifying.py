"""A recording folded from zero, compared with what is live, or with what it holds of that."""

from pathlib import Path

from rich.progress import Progress

from chassis.folding.verifying.comparison import Difference, digest
from chassis.folding.verifying.decisions import Lives as DecidedLives
from chassis.folding.verifying.live import Outputs
from chassis.folding.verifying.refold import Refolding
from console.generations.known import in_charge
from console.recording import Recording
from console.refolding.inputs import Ends, RecordedInputs
from console.refolding.partitions import Refoldings, refoldings
from console.refolding.recorded import (
    recorded_charges,
    recorded_in_charge,
    recorded_lives,
    require_closings,
)
from console.verifying import (
    Lives,
    Verifiable,
    Verification,
    published_of,
    read_lives,
    records_of,
)


async def verified_recording(
    recording: Recording,
    kafka: str | None,
    generation: int | None,
    folder: Path,
    progress: Progress,
    subject: Verifiable,
) -> Verification:
    """Compare with what is live on the broker `kafka`; for None, with the outputs it holds.
    Unless a `generation` is stated, it is the one in charge there.

    Raises RecordingError when it does not hold all that is to be folded, or nothing of what was
    published.
    """
    fold = subject.fold
    inputs = RecordedInputs(recording, fold)
    found, said = Verification(fold), list[Outputs]()
    if kafka is None:
        generation = generation or await recorded_in_charge(recording, fold)
        charges = await recorded_charges(recording, fold, generation)
        lives = recorded_lives(recording, subject, generation, charges)
        require_closings(recording, fold.figures.statistics(generation), lives, await inputs.ends())
        found.note(generation, "in the recording", lives)
    else:
        generation = generation or await in_charge(kafka, fold)
        charges, lives = await read_lives(kafka, generation, subject)
        found.note(generation, f"on {kafka}", lives)
    found.add_cursors(charges, lives)
    await found.add_unpublished(lives, inputs)
    cuts = {number: each.live.offsets for number, each in published_of(lives)}
    inputs.require(cuts)
    task = progress.add_task("folding from zero", total=records_of(lives))
    with refoldings(
        fold, folder, generation, cuts, lambda count: progress.advance(task, count)
    ) as folding:
        async for record in inputs.records(cuts):
            folding[record.partition].take(record)
        for number, published in published_of(lives):
            said += found.add(number, published, folding[number])
        found.digest = digest(said)
        found.later = _total(await inputs.ends()) - _total(cuts)
        if kafka is None:
            found.differences = await _without_later(found, lives, inputs, folding)
    return found


def _total(ends: Ends) -> int:
    return sum(sum(of_topics.values()) for of_topics in ends.values())


async def _without_later(
    found: Verification, lives: Lives, inputs: RecordedInputs, folding: Refoldings
) -> list[Difference]:
    """Without the decisions that rest on inputs after the cut, which were recorded, too.

    Those are rare: only where there are any, the rest of the inputs is folded to find them.
    """
    unknown = {each.partition for each in found.differences if _only_said(each)}
    ends = await inputs.ends()
    async for record in inputs.records({number: ends[number] for number in unknown}):
        published = lives[record.partition]
        if published and record.offset >= published.live.offsets.get(record.topic, 0):
            folding[record.partition].take(record)
    later = {number: _decided(folding[number]) for number in unknown}
    return [
        each
        for each in found.differences
        if not (_only_said(each) and later[each.partition].get((each.what, each.key)) == each.live)
    ]


def _only_said(difference: Difference) -> bool:
    return difference.what in {"trigger", "standing", "ended"} and difference.refolded is None


def _decided(refolding: Refolding) -> dict[tuple[str, str], bytes]:
    """What was decided, and what it amounts to."""
    own = refolding.due(None).own
    standing, ended = DecidedLives.of(own.values())
    return (
        {("trigger", id_): decision.value for id_, decision in own.items()}
        | {("standing", subject): value for subject, value in standing.items()}
        | {("ended", subject): value for subject, value in ended.items()}
    )
