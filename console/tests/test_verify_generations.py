"""`zarbia verify --recording` after another generation took over."""

from pathlib import Path

import pytest

from console.recording import Record, RecordingError
from console.tests.recorded_inputs import (
    EVERYTHING,
    INPUT_NAMES,
    first,
    inputs_of,
    make_recording,
    outputs_of,
    story,
    verified,
)
from contracts.topics import EXPORTS_SHIPMENTS, RISK_TRIGGERS, cursors, statistics
from services.export_metrics.tests.events import lost
from services.export_metrics.tests.sources import Sources

TWO_GENERATIONS = [*EVERYTHING, statistics(2).name, cursors(2).name]


def after_a_take_over(*triggers: Record) -> list[Record]:
    """The second generation took over; these triggers are told, the first's and its own."""
    own = [each for each in outputs_of(story(), 2) if each.topic != RISK_TRIGGERS.name]
    former = [each for each in outputs_of(story()) if each.topic == statistics(1).name]
    told = [each._replace(offset=offset) for offset, each in enumerate(triggers)]
    return [*inputs_of(story()), *own, *former, *told]


def triggers_of(sources: Sources) -> list[Record]:
    return [each for each in outputs_of(sources) if each.topic == RISK_TRIGGERS.name]


async def test_the_generation_in_charge_is_verified_by_what_stands(tmp_path: Path) -> None:
    first_, second = triggers_of(story())
    told = after_a_take_over(first_, second)
    path = await make_recording(tmp_path / "all", told, TWO_GENERATIONS)
    half = await make_recording(tmp_path / "half", after_a_take_over(first_), TWO_GENERATIONS)

    found = await verified(path, tmp_path / "a")
    lacking = await verified(half, tmp_path / "b")
    former = await verified(path, tmp_path / "c", generation=1)

    assert (found.differences, found.against) == ([], "generation 2 in the recording (in charge)")
    assert [each.what for each in lacking.differences] == ["standing"]
    assert (former.differences, former.undecided) == ([], [0])
    assert former.against == "generation 1 in the recording (retired)"


async def test_what_stands_by_inputs_after_the_cut_is_no_difference(tmp_path: Path) -> None:
    after = story()
    after.logs[EXPORTS_SHIPMENTS.name].append(first(1), 2, lost())
    records = after_a_take_over(*triggers_of(after))
    inputs = [each for each in records if each.topic not in INPUT_NAMES] + inputs_of(after)
    path = await make_recording(tmp_path / "all", inputs, TWO_GENERATIONS)

    found = await verified(path, tmp_path / "ledgers")

    assert (found.differences, found.later) == ([], 1)


async def test_one_of_a_generation_that_had_its_time_is_refused(tmp_path: Path) -> None:
    records = after_a_take_over(*triggers_of(story()))
    path = await make_recording(tmp_path / "all", records, EVERYTHING)

    with pytest.raises(RecordingError, match="generation 2 of export-metrics was in charge, and"):
        await verified(path, tmp_path / "ledgers")
    with pytest.raises(RecordingError, match="does not hold generation 2 of export-metrics; of it"):
        await verified(path, tmp_path / "ledgers", generation=2)
