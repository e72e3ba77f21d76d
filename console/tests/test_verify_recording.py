"""`zarbia verify --recording`: what it compares, and which recordings it refuses."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.progress import Progress
from typer.testing import CliRunner

from console.__main__ import app
from console.recording import Record, RecordingError, open_recording
from console.recording.manifest import Asked
from console.refolding.inputs import RecordedInputs
from console.refolding.recorded import holds_outputs
from console.refolding.verifying import verified_recording
from console.tests.recorded_inputs import (
    INPUT_NAMES,
    OUTPUT_NAMES,
    first,
    inputs_of,
    make_recording,
    outputs_of,
)
from console.verifying import EXPORT_METRICS, Verification
from contracts.topics import EXPORTS_SHIPMENTS, RISK_TRIGGERS, cursors, statistics
from services.export_metrics.tests.events import exported, goods, lost
from services.export_metrics.tests.sources import Sources, invoice

EVERYTHING = [*INPUT_NAMES, *OUTPUT_NAMES]


def story() -> Sources:
    """Exports, one of them lost, and an invoice that falls due and is not paid."""
    sources = Sources().with_terms().close(1)
    exports = sources.logs[EXPORTS_SHIPMENTS.name]
    for number in range(5):
        exports.append(first(number), 1, exported(goods(100 + number), number=str(number)))
    exports.append(first(0), 2, lost())
    sources.orders.append(first("order"), 1, invoice(due=2))
    for number in range(2, 15):
        sources.close(number)
    return sources


async def verify(path: Path, folder: Path, generation: int | None = None) -> Verification:
    with Progress(disable=True) as progress:
        return await verified_recording(
            open_recording(path), None, generation, folder, progress, EXPORT_METRICS
        )


async def test_what_is_recorded_beside_its_inputs_is_what_they_say(tmp_path: Path) -> None:
    records = [*inputs_of(story()), *outputs_of(story())]
    path = await make_recording(tmp_path / "all", records, EVERYTHING)

    found = await verify(path, tmp_path / "ledgers")

    assert found.differences == []
    assert found.triggers == 2  # a loss and a default
    assert found.records == len(inputs_of(story()))
    assert found.silent == list(range(1, 12))
    again = await verify(path, tmp_path / "again")
    assert (again.digest, len(found.digest)) == (found.digest, 64)


async def test_what_was_recorded_after_the_cut_is_no_difference(tmp_path: Path) -> None:
    """A decision and its input, recorded a moment after the figures."""
    before, after = story(), story()
    after.logs[EXPORTS_SHIPMENTS.name].append(first(1), 2, lost())
    later = [record for record in outputs_of(after) if record.topic == RISK_TRIGGERS.name]
    figures = [record for record in outputs_of(before) if record.topic != RISK_TRIGGERS.name]
    path = await make_recording(tmp_path / "all", [*inputs_of(after), *figures, *later], EVERYTHING)

    found = await verify(path, tmp_path / "ledgers")

    assert len(later) == 3
    assert (found.differences, found.triggers) == ([], 2)


def forged(records: Sequence[Record], topic: str, said: bytes) -> list[Record]:
    """With a 1 put before the number in the first record of the topic that says so."""
    at = next(n for n, r in enumerate(records) if r.topic == topic and said in (r.value or b""))
    value = (records[at].value or b"").replace(said, said.replace(b":", b":1"), 1)
    return [*records[:at], records[at]._replace(value=value), *records[at + 1 :]]


@pytest.mark.parametrize(
    ("topic", "said", "what"),
    [
        (statistics(1).name, b'"shipments":5', "statistics"),
        (RISK_TRIGGERS.name, b'centimes":100', "trigger"),
    ],
)
async def test_what_was_forged_is_named(tmp_path: Path, topic: str, said: bytes, what: str) -> None:
    records = [*inputs_of(story()), *forged(outputs_of(story()), topic, said)]
    path = await make_recording(tmp_path / "all", records, EVERYTHING)

    result = await _said_by_the_command(path)

    (found,) = (await verify(path, tmp_path / "ledgers")).differences
    assert (found.partition, found.what) == (0, what)
    assert found.live != found.refolded
    assert result == (1, [f"partition 0, {what} {found.key}"[:40]])


async def test_what_was_published_has_to_be_in_it(tmp_path: Path) -> None:
    """It is so when what is published was recorded by its own time, later than the inputs."""
    inputs = await make_recording(tmp_path / "inputs", inputs_of(story()), EVERYTHING)
    nothing = await make_recording(tmp_path / "nothing", [], EVERYTHING)
    foreign = [each._replace(partition=5) for each in inputs_of(story())]
    some = await make_recording(
        tmp_path / "some", [*inputs_of(story()), *foreign, *outputs_of(story())], EVERYTHING
    )

    with pytest.raises(RecordingError, match="no closing in the partitions 0 of export-metrics"):
        await verify(inputs, tmp_path / "a")
    with pytest.raises(RecordingError, match=r"manifest.json: its inputs are empty"):
        await verify(nothing, tmp_path / "b")
    with pytest.raises(RecordingError, match="no closing in the partitions 5 of export-metrics"):
        await verify(some, tmp_path / "c")
    assert await _said_by_the_command(inputs) == (2, [])


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

    found = await verify(path, tmp_path / "a")
    lacking = await verify(half, tmp_path / "b")
    former = await verify(path, tmp_path / "c", generation=1)

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

    found = await verify(path, tmp_path / "ledgers")

    assert (found.differences, found.later) == ([], 1)


async def test_one_of_a_generation_that_had_its_time_is_refused(tmp_path: Path) -> None:
    records = after_a_take_over(*triggers_of(story()))
    path = await make_recording(tmp_path / "all", records, EVERYTHING)

    with pytest.raises(RecordingError, match="generation 2 of export-metrics was in charge, and"):
        await verify(path, tmp_path / "ledgers")
    with pytest.raises(RecordingError, match="does not hold generation 2 of export-metrics; of it"):
        await verify(path, tmp_path / "ledgers", generation=2)


async def _said_by_the_command(path: Path) -> tuple[int, list[str]]:
    """The exit code, and how the lines begin that name a difference."""
    arguments = ["verify", "--recording", str(path)]
    result = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    lines = [line[:40] for line in result.stdout.splitlines() if line.startswith("partition")]
    return result.exit_code, lines


async def test_it_holds_what_was_published_or_it_does_not(tmp_path: Path) -> None:
    inputs = await make_recording(tmp_path / "inputs", inputs_of(story()))
    figures = await make_recording(
        tmp_path / "figures", inputs_of(story()), [*INPUT_NAMES, statistics(1).name]
    )
    everything = await make_recording(tmp_path / "all", [], EVERYTHING)

    held = [
        holds_outputs(open_recording(path), EXPORT_METRICS)
        for path in (inputs, figures, everything)
    ]

    assert held == [False, False, True]


@pytest.mark.parametrize(
    ("names", "asked", "start", "why"),
    [
        (INPUT_NAMES[:2], None, 0, "does not hold orders.orders.v1; export-metrics folds"),
        (INPUT_NAMES, Asked(topics=INPUT_NAMES, subject="2f"), 0, "recorded with --subject 2f"),
        (INPUT_NAMES, None, 3, "begins at offset 3 of exports.shipments.v1 0, not at 0"),
    ],
    ids=["a topic is missing", "filtered", "from the middle"],
)
async def test_one_that_does_not_hold_everything_is_refused(
    tmp_path: Path, names: list[str], asked: Asked | None, start: int, why: str
) -> None:
    path = await make_recording(tmp_path / "some", [], names, asked, start)

    with pytest.raises(RecordingError, match=why):
        RecordedInputs(open_recording(path), EXPORT_METRICS.fold)


async def test_one_that_ends_too_early_is_refused(tmp_path: Path) -> None:
    path = await make_recording(tmp_path / "inputs", inputs_of(story()))
    inputs = RecordedInputs(open_recording(path), EXPORT_METRICS.fold)
    ends = await inputs.ends()

    inputs.require(ends)
    with pytest.raises(RecordingError, match=r"ends before offset 0 of orders\.orders\.v1 5"):
        inputs.require({5: {"orders.orders.v1": 1}})


def test_no_recording_at_all(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["verify", "--recording", str(tmp_path / "nope")])

    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {tmp_path / 'nope'} is no recording")
