"""`zarbia diff --generations A B --recording R`: two generations as they are in one recording."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.__main__ import app
from console.recording import Record
from console.recording.manifest import Asked
from console.tests.recorded_inputs import (
    EVERYTHING,
    INPUT_NAMES,
    all_out,
    inputs_of,
    make_recording,
    outputs_of,
    story,
)
from contracts.topics import ORDERS_ORDERS, RISK_TRIGGERS, cursors, statistics

TRIGGERS = RISK_TRIGGERS.name
OF_THE_SECOND = [statistics(2).name, cursors(2).name]
NAMES = [*EVERYTHING, *OF_THE_SECOND]


def side_by_side() -> list[Record]:
    """The first one is in charge, and the second one has folded the same, silently."""
    silent = [each for each in outputs_of(story(), 2) if each.topic != TRIGGERS]
    return [*inputs_of(story()), *outputs_of(story()), *silent]


async def diff(
    path: Path, records: Sequence[Record], names: Sequence[str] = NAMES, *options: str
) -> Result:
    """In a thread: the command has an event loop of its own."""
    await make_recording(path, [each for each in records if each.topic in names], names)
    return await compared(path, *options)


async def compared(path: Path, *options: str) -> Result:
    arguments = ["diff", "--generations", "1", "2", "--recording", str(path), *options]
    return await asyncio.to_thread(CliRunner().invoke, app, arguments)


async def test_two_that_say_the_same_are_equal(tmp_path: Path) -> None:
    result = await diff(tmp_path / "all", side_by_side(), NAMES, "--format", "json")

    said = json.loads(result.stdout)
    assert (result.exit_code, said["equal"]) == (0, True)
    assert said["a"] == "generation 1 in the recording, in charge"
    assert said["b"].startswith("generation 2 in the recording, silent")
    table = await compared(tmp_path / "all")
    assert "A and B are equal." in table.stdout


async def test_a_figure_that_differs(tmp_path: Path) -> None:
    topic, said = statistics(2).name, b'"shipments":'
    records = [
        each._replace(value=(each.value or b"").replace(said, said + b"1"))
        if each.topic == topic
        else each
        for each in side_by_side()
    ]

    result = await diff(tmp_path / "all", records)

    assert result.exit_code == 1
    assert "contributions to the figures differ" in result.stdout


async def test_a_trigger_that_only_one_has_standing(tmp_path: Path) -> None:
    records = [each for each in side_by_side() if (each.topic, each.offset) != (TRIGGERS, 1)]

    result = await diff(tmp_path / "all", records)

    assert result.exit_code == 1
    assert "A and B DIFFER: 1 only in B." in result.stdout


async def test_after_the_take_over_figures_alone_are_compared(tmp_path: Path) -> None:
    second = outputs_of(story(), 2, all_out(story()))
    (taken,) = (each for each in second if each.topic == cursors(1).name)
    # In partition 0, where all the story is, it is the second cursor.
    everywhere = [taken._replace(partition=n, offset=1 if n == 0 else 0) for n in range(12)]
    records = [*side_by_side(), *everywhere]

    result = await diff(tmp_path / "all", records)

    assert (result.exit_code, "Equal in figures." in result.stdout) == (0, True)
    assert "one must be in charge, and the other silent" in result.stdout


@pytest.mark.parametrize(
    ("lacking", "why"),
    [
        (
            OF_THE_SECOND,
            f"holds 1. It lacks {' and '.join(OF_THE_SECOND)}: record with `zarbia record all`",
        ),
        (OF_THE_SECOND[1:], f"It lacks {OF_THE_SECOND[1]}: record with `zarbia record all`"),
        ([TRIGGERS], f"lacks {TRIGGERS}: record with `zarbia record all`"),
        ([ORDERS_ORDERS.name], f"does not hold {ORDERS_ORDERS.name}; export-metrics folds"),
    ],
    ids=["a generation", "its cursors", "the decisions", "an input"],
)
async def test_what_is_not_in_the_recording_is_named(
    tmp_path: Path, lacking: list[str], why: str
) -> None:
    names = [name for name in NAMES if name not in lacking]

    result = await diff(tmp_path / "some", side_by_side(), names)

    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr


async def test_one_with_filters_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some"
    await make_recording(path, side_by_side(), NAMES, Asked(topics=NAMES, subject="2f"))

    result = await compared(path)

    assert (result.exit_code, "recorded with --subject 2f" in result.stderr) == (2, True)


async def test_one_that_ends_before_its_figures_do(tmp_path: Path) -> None:
    *fewer, _ = inputs_of(story())
    records = [*fewer, *(each for each in side_by_side() if each.topic not in INPUT_NAMES)]

    result = await diff(tmp_path / "some", records)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "what is live rests on all before" in result.stderr
