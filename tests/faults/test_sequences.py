"""Whatever stands in the log, in whatever batches and interleaving: the oracle says the same."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from tests.faults.adapter import GUARDS, WRONG_FOLDS, Folded, events, folded
from tests.faults.report import Report
from tests.faults.scale import Fault
from tests.faults.sequence_oracle import difference, judged
from tests.faults.sequences import EXPORTS, ORDER_IDS, STEPS, SUBJECTS, TOPICS, Play, plays

FAULT = Fault("sequences of Hypothesis", 2_000)
SEQUENCES = FAULT.runs(least=60)
PATIENT = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)
Steps = list[tuple[str, int]]


def one_by_one(play: Play, size: int) -> Steps:
    """Batches of one size, topic after topic in turn."""
    longest = max(len(log.records) for log in play.logs.values())
    return [(topic, size) for _ in range(0, longest, size) for topic in TOPICS]


def finding(play: Play, found: Folded) -> tuple[int, int]:
    """What is lost and what is too much, of everything that the oracle says."""
    oracle = judged(play.acts)
    ahead = [("ahead", number) for number in range(len(oracle.ahead))]
    due: list[Any] = [*oracle.totals().items(), *oracle.triggers(), *oracle.held(), *ahead]
    said: list[Any] = [*found.totals.items(), *found.triggers, *found.holds]
    said += [("ahead", number) for number in range(found.ahead)]
    return difference([*due, *oracle.waiting().items()], [*said, *found.parked.items()])


@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=PATIENT)
@given(plays(), STEPS, st.integers(1, 7), st.integers(1, 9), st.booleans())
def test_the_fold_says_what_the_oracle_says(
    report: Report, play: Play, steps: Steps, size: int, part: int, reopening: bool
) -> None:
    at_once = folded(play.logs)
    lost, twice = finding(play, at_once)

    others = [
        folded(play.logs, steps, reopening=reopening, part=part),
        folded(play.logs, one_by_one(play, size)),
        folded(dict(reversed(play.logs.items())), part=part),
    ]

    equal = (lost, twice) == (0, 0) and all(other == at_once for other in others)
    report.add(FAULT, events=play.records(), lost=lost, twice=twice, equal=equal)
    assert (lost, twice) == (0, 0)
    for other in others:
        assert other == at_once


def fails(play: Play) -> bool:
    """In batches of which each has some parts."""
    return finding(play, folded(play.logs, one_by_one(play, 8), part=2)) != (0, 0)


@pytest.mark.parametrize("broken", WRONG_FOLDS)
def test_a_wrong_fold_is_found_out(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within far fewer sequences than are tried; the right fold passes the one that tells."""
    monkeypatch.setattr(*WRONG_FOLDS[broken])
    chance = random.Random(1)  # noqa: S311 - the same every time
    few = settings(max_examples=500, phases=[Phase.generate], deadline=None)
    found = find(plays(), fails, settings=few, random=chance)
    monkeypatch.undo()

    assert not fails(found)


@pytest.mark.parametrize("guarded", [True, False])
def test_a_copy_that_waited_is_known_for_one_in_a_later_part_of_its_batch(
    guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    play, key = Play(), ORDER_IDS[0]
    told, spoilt = events.exported(events.goods(5)), events.exported(events.goods(7))
    play.tell(EXPORTS, key, SUBJECTS[EXPORTS][0], 1, told)
    play.spoil(EXPORTS, holding := play.tell(EXPORTS, key, SUBJECTS[EXPORTS][1], 1, spoilt))
    before = len(play.logs[EXPORTS].records)
    play.tell(EXPORTS, key, SUBJECTS[EXPORTS][0], 1, told)
    play.release(EXPORTS, holding, "skipped")
    if not guarded:
        monkeypatch.setattr(*GUARDS["a part knows what those before it knew"])

    found = folded(play.logs, [(EXPORTS, before)], part=1)

    assert (finding(play, found) == (0, 0)) is guarded
