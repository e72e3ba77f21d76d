"""`zarbia verify --recording`: what it compares, and which recordings it refuses."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from console.__main__ import app
from console.commands.refolding import refolding_reported
from console.recording import Record, RecordingError, open_recording
from console.recording.manifest import Asked
from console.recording.replaying import Wanted, plan_of
from console.refolding.inputs import RecordedInputs
from console.refolding.recorded import holds_outputs
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
from console.verifying import EXPORT_METRICS, Verification
from contracts.topics import EXPORTS_SHIPMENTS, RISK_TRIGGERS, statistics
from services.export_metrics.tests.events import lost


async def test_what_is_recorded_beside_its_inputs_is_what_they_say(tmp_path: Path) -> None:
    records = [*inputs_of(story()), *outputs_of(story())]
    path = await make_recording(tmp_path / "all", records, EVERYTHING)

    found = await verified(path, tmp_path / "ledgers")

    assert found.differences == []
    assert found.triggers == 2  # a loss and a default
    assert found.records == len(inputs_of(story()))
    assert found.silent == list(range(1, 12))
    again = await verified(path, tmp_path / "again")
    assert (again.digest, len(found.digest)) == (found.digest, 64)


async def test_what_was_recorded_after_the_cut_is_no_difference(tmp_path: Path) -> None:
    """A decision and its input, recorded a moment after the figures."""
    before, after = story(), story()
    after.logs[EXPORTS_SHIPMENTS.name].append(first(1), 2, lost())
    later = [record for record in outputs_of(after) if record.topic == RISK_TRIGGERS.name]
    figures = [record for record in outputs_of(before) if record.topic != RISK_TRIGGERS.name]
    path = await make_recording(tmp_path / "all", [*inputs_of(after), *figures, *later], EVERYTHING)

    found = await verified(path, tmp_path / "ledgers")

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

    (found,) = (await verified(path, tmp_path / "ledgers")).differences
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
        await verified(inputs, tmp_path / "a")
    with pytest.raises(RecordingError, match=r"manifest.json: its inputs are empty"):
        await verified(nothing, tmp_path / "b")
    with pytest.raises(RecordingError, match="no closing in the partitions 5 of export-metrics"):
        await verified(some, tmp_path / "c")
    assert await _said_by_the_command(inputs) == (2, [])


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


async def test_one_that_lacks_some_of_what_it_says_it_holds_is_refused(tmp_path: Path) -> None:
    path = await make_recording(tmp_path / "inputs", inputs_of(story()))
    opened = open_recording(path)
    opened.manifest.topics[0].partitions[0].end += 1

    with pytest.raises(
        RecordingError, match=r"which is said to end at offset .*: some are missing"
    ):
        RecordedInputs(opened, EXPORT_METRICS.fold)
    del opened.manifest.topics[0].partitions[3]
    with pytest.raises(
        RecordingError, match=r"manifest\.json lacks the partition 3 of exports\.shi"
    ):
        plan_of(opened, Wanted(), datetime(2026, 1, 1, tzinfo=UTC))


def test_a_cut_says_that_nothing_was_changed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, refolding_reported():
        raise KeyboardInterrupt

    assert ended.value.exit_code == 130
    assert capsys.readouterr().err == "cut off: nothing was changed\n"


def test_nothing_is_not_equal_to_anything() -> None:
    found = Verification(EXPORT_METRICS.fold)
    found.note(1, "on a:1", {0: None})
    found.silent.append(0)

    assert found.summary() == (
        "generation 1 on a:1: nothing is published yet, so nothing was compared"
    )
    assert found.nothing


def test_no_recording_at_all(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["verify", "--recording", str(tmp_path / "nope")])

    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {tmp_path / 'nope'} is no recording")
