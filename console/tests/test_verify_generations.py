"""`zarbia verify --recording` after another generation took over."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from chassis.folding.publishing.out import NOTHING_OUT
from console.recording import Record, RecordingError
from console.tests.recorded_inputs import (
    EVERYTHING,
    INPUT_NAMES,
    all_out,
    first,
    inputs_of,
    make_recording,
    outputs_of,
    story,
    verified,
)
from console.verifying import Verification
from contracts.topics import (
    EXPORTS_SHIPMENTS,
    ORDERS_ORDERS,
    RISK_TRIGGERS,
    cursors,
    statistics,
)
from services.export_metrics.tests.events import lost
from services.export_metrics.tests.sources import Sources

TRIGGERS = RISK_TRIGGERS.name
TWO_GENERATIONS = [*EVERYTHING, statistics(2).name, cursors(2).name]


def after_a_take_over(*triggers: Record, of: Sources | None = None) -> list[Record]:
    """The second generation took over at the end of the story, and folded `of`; these triggers are
    told, the first's and its own."""
    sources = of or story()
    inputs = inputs_of(sources)
    own = [each for each in outputs_of(sources, 2, all_out(story())) if each.topic != TRIGGERS]
    former = [each for each in outputs_of(story()) if each.topic == statistics(1).name]
    return [*inputs, *own, *former, *told(triggers)]


def told(triggers: Iterable[Record]) -> list[Record]:
    """In this order."""
    return [each._replace(offset=offset) for offset, each in enumerate(triggers)]


def triggers_of(sources: Sources) -> list[Record]:
    return [each for each in outputs_of(sources) if each.topic == TRIGGERS]


def longer() -> Sources:
    """The story, and one more that is lost."""
    sources = story()
    sources.logs[EXPORTS_SHIPMENTS.name].append(first(1), 2, lost())
    return sources


def with_value(record: Record, old: bytes, new: bytes) -> Record:
    assert old in (record.value or b"")
    return record._replace(value=(record.value or b"").replace(old, new))


async def found_in(
    folder: Path, records: Sequence[Record], names: Sequence[str] = TWO_GENERATIONS
) -> Verification:
    path = await make_recording(folder / "all", records, names)
    return await verified(path, folder / "ledgers")


async def test_the_generation_in_charge_is_verified_by_what_stands(tmp_path: Path) -> None:
    first_, second = triggers_of(story())
    path = await make_recording(
        tmp_path / "all", after_a_take_over(first_, second), TWO_GENERATIONS
    )

    found = await verified(path, tmp_path / "a")
    lacking = await found_in(tmp_path / "half", after_a_take_over(first_))
    former = await verified(path, tmp_path / "c", generation=1)

    assert (found.differences, found.against) == ([], "generation 2 in the recording (in charge)")
    assert [each.what for each in lacking.differences] == ["standing"]
    assert (former.differences, former.undecided) == ([], [0])
    assert former.against == "generation 1 in the recording (retired)"


async def test_what_it_decided_itself_is_compared_one_by_one(tmp_path: Path) -> None:
    former = triggers_of(story())
    said = {each.value for each in former}
    (own,) = (each for each in triggers_of(longer()) if each.value not in said)
    forged = with_value(own, b'mad_centimes":', b'mad_centimes":1')

    honest = await found_in(tmp_path / "1", after_a_take_over(*former, own, of=longer()))
    other = await found_in(tmp_path / "2", after_a_take_over(*former, forged, of=longer()))
    lacking = await found_in(tmp_path / "3", after_a_take_over(*former, of=longer()))

    assert honest.differences == []
    assert [(each.what, each.live) for each in other.differences] == [("trigger", forged.value)]
    assert [(each.what, each.live) for each in lacking.differences] == [("trigger", None)]


@pytest.mark.parametrize("generation", [None, 1], ids=["in charge", "retired"])
async def test_what_was_told_twice_is_named_whoever_is_in_charge(
    tmp_path: Path, generation: int | None
) -> None:
    first_, second = triggers_of(story())
    twice = after_a_take_over(first_, second, first_)
    path = await make_recording(tmp_path / "all", twice, TWO_GENERATIONS)

    found = await verified(path, tmp_path / "ledgers", generation)

    assert [each.what for each in found.differences] == ["trigger said again"]


async def test_one_that_began_as_the_second_is_verified_as_a_first_one(tmp_path: Path) -> None:
    """Nobody was before it: all is compared one by one. Of the first there is a cursor alone, which
    says who has taken over from it."""
    names = [name for name in TWO_GENERATIONS if name != statistics(1).name]
    outputs = outputs_of(story(), 2, NOTHING_OUT)
    at = next(n for n, each in enumerate(outputs) if each.topic == TRIGGERS)
    forged = [*outputs]
    forged[at] = with_value(outputs[at], b'mad_centimes":', b'mad_centimes":1')

    honest = await found_in(tmp_path / "1", [*inputs_of(story()), *outputs], names)
    other = await found_in(tmp_path / "2", [*inputs_of(story()), *forged], names)

    assert honest.differences == []
    assert [(each.what, each.live) for each in other.differences] == [("trigger", forged[at].value)]


async def test_a_cursor_beyond_what_was_closed_is_named(tmp_path: Path) -> None:
    outputs = outputs_of(story(), 2, NOTHING_OUT)
    at = next(n for n, each in enumerate(outputs) if each.topic == cursors(2).name)
    outputs[at] = with_value(outputs[at], b'orders.orders.v1":', b'orders.orders.v1":1')

    found = await found_in(tmp_path, [*inputs_of(story()), *outputs])

    assert [(each.what, each.key) for each in found.differences] == [("cursor", ORDERS_ORDERS.name)]


async def test_what_stands_by_inputs_after_the_cut_is_no_difference(tmp_path: Path) -> None:
    records = after_a_take_over(*triggers_of(longer()))
    inputs = [each for each in records if each.topic not in INPUT_NAMES] + inputs_of(longer())

    found = await found_in(tmp_path, inputs)

    assert (found.differences, found.later) == ([], 1)


async def test_one_of_a_generation_that_had_its_time_is_refused(tmp_path: Path) -> None:
    records = after_a_take_over(*triggers_of(story()))
    path = await make_recording(tmp_path / "all", records, EVERYTHING)

    with pytest.raises(RecordingError, match="generation 2 of export-metrics was in charge, and"):
        await verified(path, tmp_path / "ledgers")
    with pytest.raises(RecordingError, match="does not hold generation 2 of export-metrics; of it"):
        await verified(path, tmp_path / "ledgers", generation=2)


async def test_one_in_which_nobody_was_in_charge_says_so(tmp_path: Path) -> None:
    silent = [each for each in outputs_of(story(), 2) if each.topic != TRIGGERS]
    names = [name for name in TWO_GENERATIONS if name != statistics(1).name]
    path = await make_recording(tmp_path / "all", [*inputs_of(story()), *silent], names)

    with pytest.raises(RecordingError, match="was in charge; --generation names one of 2"):
        await verified(path, tmp_path / "ledgers")
    found = await verified(path, tmp_path / "ledgers", generation=2)

    assert found.against == "generation 2 in the recording (silent)"


async def test_one_without_the_cursors_of_one_between_is_refused(tmp_path: Path) -> None:
    """Whether the second has a successor stands there."""
    records = after_a_take_over(*triggers_of(story()))
    third = [each for each in outputs_of(story(), 3) if each.topic != TRIGGERS]
    names = [*EVERYTHING, statistics(3).name, cursors(3).name]
    path = await make_recording(tmp_path / "all", [*records, *third], names)

    with pytest.raises(
        RecordingError, match=r"was recorded without export-metrics\.cursors\.v1\.g2"
    ):
        await verified(path, tmp_path / "ledgers", generation=3)


async def test_one_without_the_cursors_of_former_ones_is_refused(tmp_path: Path) -> None:
    """It cannot say whether the second generation took over, and when."""
    names = [*INPUT_NAMES, TRIGGERS, statistics(2).name, cursors(2).name]
    records = [each for each in after_a_take_over() if each.topic in names]
    path = await make_recording(tmp_path / "all", records, names)

    with pytest.raises(
        RecordingError, match=r"was recorded without export-metrics\.cursors\.v1\.g1"
    ):
        await verified(path, tmp_path / "ledgers")
