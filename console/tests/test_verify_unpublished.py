"""`zarbia verify` where nothing is published of inputs that hold events."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chassis.folding.publishing.charge import Charge, Role
from chassis.folding.publishing.out import Out
from chassis.folding.verifying.comparison import Difference
from console.__main__ import app
from console.recording import Record, open_recording
from console.refolding.inputs import RecordedInputs
from console.tests.recorded_inputs import first, inputs_of, make_recording, story
from console.verifying import EXPORT_METRICS, Verification
from contracts.topics import EXPORTS_SHIPMENTS, INSURANCE_RULES
from services.export_metrics.tests.events import lost
from services.export_metrics.tests.sources import Sources

UNPUBLISHED = [3, 4]


def at(partition: int, sources: Sources) -> list[Record]:
    return [each._replace(partition=partition) for each in inputs_of(sources)]


async def test_one_with_events_is_named_and_one_with_nothing_to_say_is_not(tmp_path: Path) -> None:
    """Markers and nothing else, no input at all, and terms of rules where no figures began."""
    with_event = Sources()
    with_event.logs[EXPORTS_SHIPMENTS.name].append(first(0), 1, lost())
    rules = [each for each in at(3, story()) if each.topic == INSURANCE_RULES.name]
    records = [*at(0, story()), *at(1, Sources()), *rules, *at(4, with_event), *at(5, story())]
    path = await make_recording(tmp_path / "all", records)
    inputs = RecordedInputs(open_recording(path), EXPORT_METRICS.fold)
    found = Verification(EXPORT_METRICS.fold)

    await found.add_unpublished(dict.fromkeys((1, 2, 3, 4, 5)), inputs)

    assert (found.unpublished, found.silent) == ([4, 5], [1, 2, 3])


async def test_a_cursor_of_which_nothing_is_closed_differs() -> None:
    cursor = Out({EXPORTS_SHIPMENTS.name: 7})
    found = Verification(EXPORT_METRICS.fold)

    found.add_cursors({0: Charge(Role.IN_CHARGE, cursor, 1, cursor)}, {0: None})

    assert found.differences == [Difference(0, "cursor", EXPORTS_SHIPMENTS.name, b"7", b"0")]


def said_of(found: Verification, monkeypatch: pytest.MonkeyPatch) -> Result:
    """By the command that has found it."""

    async def verified(*_: object) -> Verification:
        return found

    monkeypatch.setenv("ZARBIA_KAFKA", "127.0.0.1:1")
    monkeypatch.setattr("console.verifying.verified", verified)
    return CliRunner().invoke(app, ["verify", "--generation", "1"])


def test_not_all_was_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Verification(EXPORT_METRICS.fold, figures=5, against="a:1", unpublished=UNPUBLISHED)

    result = said_of(found, monkeypatch)

    assert result.exit_code == 2
    assert (
        "all equal in what was compared; NOT COMPARED: the partitions 3-4, whose" in result.stdout
    )
    assert "digest of what was compared " in result.stdout


def test_what_differs_weighs_more(monkeypatch: pytest.MonkeyPatch) -> None:
    differing = [Difference(0, "statistics", "cell", b"1", b"2")]
    found = Verification(
        EXPORT_METRICS.fold, figures=5, unpublished=UNPUBLISHED, differences=differing
    )

    assert said_of(found, monkeypatch).exit_code == 1


def test_those_with_nothing_to_say_are_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Verification(EXPORT_METRICS.fold, figures=5, silent=[3])

    result = said_of(found, monkeypatch)

    assert result.exit_code == 0
    assert "all equal; nothing published in 1 partitions" in result.stdout
