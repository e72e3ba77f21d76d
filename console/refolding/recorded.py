"""What a recording holds of what was published: which generation was in charge, and its outputs."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from chassis.folding.fold import Fold
from chassis.folding.publishing.charge import FIRST, Charge, Role, charge_of
from chassis.folding.verifying.decisions import Decisions
from chassis.folding.verifying.live import Live, Statistics
from console.differing.numbers import ranges
from console.generations.known import among, with_cursors
from console.recording import Recording, RecordingError
from console.verifying import Charges, Lives, Published, Verifiable
from contracts.event import Event
from contracts.topic import Topic


def holds_outputs(recording: Recording, subject: Verifiable) -> bool:
    """Whether it holds what the fold has published of any generation, beside what it has read."""
    decides = subject.decisions is None or subject.decisions.name in _names(recording)
    return decides and bool(among(subject.fold, _names(recording)))


async def recorded_in_charge(recording: Recording, fold: Fold) -> int:
    """The latest generation that was in charge anywhere, by the recorded cursors.

    Raises RecordingError when one was that it does not hold.
    """
    there = among(fold, _names(recording))
    charges = {n: (await recorded_charges(recording, fold, n)).values() for n in there}
    holders = {each.holder for found in charges.values() for each in found if each.has_begun}
    if missing := holders - set(there):
        raise RecordingError(
            f"{recording.layout.manifest}: generation {max(missing)} of {fold.name} was in charge, "
            "and it does not hold its topics; --generation names another one, --data a stack to "
            "compare with"
        )
    if not there:
        return FIRST
    speaking = [n for n in there if any(each.role is Role.IN_CHARGE for each in charges[n])]
    if not speaking:
        told = ", ".join(map(str, there))
        raise RecordingError(
            f"{recording.layout.manifest}: no generation of {fold.name} that it holds was in "
            f"charge; --generation names one of {told}"
        )
    return speaking[-1]


async def recorded_charges(recording: Recording, fold: Fold, generation: int) -> Charges:
    """The role of a generation in each partition, and what it took over from, by the recorded
    cursors.

    Raises RecordingError when it does not hold the generation, or no former one was recorded.
    """
    there = among(fold, _names(recording))
    if generation not in there:
        told = ", ".join(map(str, there)) or "none"
        lacking = [
            topic.name
            for topic in (fold.figures.statistics(generation), fold.figures.cursors(generation))
            if topic.name not in _names(recording)
        ]
        raise RecordingError(
            f"{recording.layout.manifest} does not hold generation {generation} of {fold.name}; "
            f"of its generations it holds {told}. It lacks {' and '.join(lacking)}: record with "
            f"`zarbia record all` while generation {generation} is on the broker"
        )
    _require_former(recording, fold, generation, FIRST)
    topics = {fold.figures.cursors(n).name: n for n in with_cursors(fold, _names(recording))}
    last: dict[tuple[int, int], bytes] = {}
    for record in recording.records(topics=topics):
        if record.value is not None and record.type == fold.figures.cursor_type.event_type():
            last[topics[record.topic], record.partition] = record.value
    charges = {
        number: await _charge(fold, generation, number, last)
        for number in range(fold.figures.cursors(generation).partitions)
    }
    for holder in sorted({charge.holder for charge in charges.values()}):
        _require_former(recording, fold, generation, holder)
    return charges


def _require_former(recording: Recording, fold: Fold, generation: int, former: int) -> None:
    """Raises RecordingError when a former generation was not asked for: whether this one took over
    stands in its cursors. The first is always asked for with all; when it is not in it, it was not
    on the broker. Of others those are asked for that are there."""
    cursors = fold.figures.cursors(former).name
    if former < generation and cursors not in recording.manifest.asked.topics:
        raise RecordingError(
            f"{recording.layout.manifest} was recorded without {cursors}, so it cannot say what "
            f"generation {generation} took over: record with `zarbia record all`, when that topic "
            "is on the broker"
        )


async def _charge(
    fold: Fold, generation: int, number: int, last: Mapping[tuple[int, int], bytes]
) -> Charge:
    async def read(of: int) -> Any | None:
        found = last.get((of, number))
        return None if found is None else fold.figures.cursor_type.model_validate_json(found)

    return await charge_of(generation, read)


def recorded_lives(
    recording: Recording, subject: Verifiable, generation: int, charges: Charges
) -> Lives:
    """What was published. Raises RecordingError when some of it is missing."""
    fold, decisions, _ = subject
    topic = fold.figures.statistics(generation)
    wanted = {each.name: each for each in (topic, decisions) if each is not None}
    _require_whole(recording, wanted)
    statistics = {number: Statistics(fold) for number in range(topic.partitions)}
    decided: defaultdict[int, Decisions] = defaultdict(Decisions)
    for record in recording.records(topics=wanted):
        taken = statistics if record.topic == topic.name else decided
        taken[record.partition].take(record)  # type: ignore[arg-type]  # see RecordedInputs
    lives: dict[int, Published | None] = {}
    for number, found in statistics.items():
        if found.offsets is None:
            lives[number] = None
            continue
        said = decided[number]
        live = Live(found.offsets, found.cut, said.found, said.found, said.again)
        lives[number] = Published(live, charges[number].role, charges[number].succession)
    return lives


def recorded_decisions(recording: Recording, fold: Fold) -> Mapping[int, list[Event]]:
    """All that was told, by partition number, whichever generation told it.

    Raises RecordingError when some of it is missing.
    """
    said: defaultdict[int, list[Event]] = defaultdict(list)
    if fold.decisions_topic is None:
        return said
    wanted = {fold.decisions_topic.name: fold.decisions_topic}
    _require_whole(recording, wanted)
    kinds = {kind.event_type(): kind for kind in fold.decisions}
    for record in recording.records(topics=wanted):
        if record.value is not None and record.type in kinds:
            said[record.partition].append(kinds[record.type].model_validate_json(record.value))
    return said


def require_closings(
    recording: Recording, topic: Topic, lives: Lives, ends: Mapping[int, Mapping[str, int]]
) -> None:
    """Raises RecordingError when it holds inputs of a partition of which nothing is closed in it,
    or none at all: nothing would be compared, and all of it equal."""
    fed = [number for number, of_topics in ends.items() if any(of_topics.values())]
    if not fed:
        raise RecordingError(f"{recording.layout.manifest}: its inputs are empty")
    if missing := [number for number in fed if lives[number] is None]:
        raise RecordingError(
            f"{recording.layout.manifest}: no closing in the partitions {ranges(missing)} of "
            f"{topic.name}, so it does not hold what was published of its inputs there; record "
            "without --from and --until, or name a stack to compare with (--data)"
        )


def _require_whole(recording: Recording, topics: Mapping[str, Topic]) -> None:
    found = {topic.name: topic for topic in recording.manifest.topics if topic.name in topics}
    for name, topic in topics.items():
        if name not in found:
            raise RecordingError(
                f"{recording.layout.manifest} lacks {name}: record with `zarbia record all`"
            )
        held = {each.partition: each for each in found[name].partitions}
        _require_all(recording, topic, held)
        for number, range_ in held.items():
            if range_.start:
                raise RecordingError(
                    f"{recording.layout.manifest}: {name} {number} begins at offset "
                    f"{range_.start}, so what was published before is missing"
                )


def _require_all(recording: Recording, topic: Topic, held: Collection[int]) -> None:
    if missing := set(range(topic.partitions)) - set(held):
        raise RecordingError(
            f"{recording.layout.manifest}: the partitions {ranges(missing)} of {topic.name} are "
            "missing"
        )


def _names(recording: Recording) -> set[str]:
    return {topic.name for topic in recording.manifest.topics}
