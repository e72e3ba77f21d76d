"""What each fold computes is what its fingerprint names: ledgers that have another are refused, so
whoever changes the one and not the other has the old ledgers go on under new rules."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pytest

from contracts.event import Event
from contracts.topics import CONTROL
from tests.faults import golden
from tests.faults.adapter import (
    EXPORT_STATISTICS,
    PRODUCER_STATISTICS,
    WRONG_FOLDS,
    FakeRecord,
    Fold,
    figures,
    folded,
    outputs,
    outputs_digest,
    producers,
    registry,
    risk,
)
from tests.faults.sequences import EXPORTS, ORDERS
from tests.faults.test_sequences import finding

DIGESTS = {
    EXPORT_STATISTICS.name: (
        (
            "export-statistics/1 loss/1 damage/1 protracted-default/1 exporter-months/1 "
            "open-receivables/1"
        ),
        "b70d1d94a25f13fab895a63b32c3c0fcda0066be7dae04ecce976a79aae551ec",
    ),
    PRODUCER_STATISTICS.name: (
        "registered-producers/1",
        "1995000dc0d00f5ebee81b7e62f8956db483edbe8ae1872f368254cc6dfa42ce",
    ),
}
"""Of the golden log of each fold: the fingerprint, and the digest of what is said by it."""
REASONS = {
    ("loss", "found"),
    ("loss", "declaration-cancelled"),
    ("damage", "survey-revised"),
    ("damage", "survey-reversed"),
    ("damage", "declaration-cancelled"),
    *(
        ("protracted-default", reason)
        for reason in (
            "order-cancelled",
            "paid-in-time",
            "recovered",
            "disputed",
            "extended",
            "exposure-corrected",
        )
    ),
}
"""Why a trigger may end."""
Logs = Mapping[str, Sequence[FakeRecord]]


@cache
def logs_of(fold: str) -> Logs:
    if fold == PRODUCER_STATISTICS.name:
        return {registry.TOPIC: golden.of_registry()}
    return {topic: log.records for topic, log in golden.of_exports().logs.items()}


both = pytest.mark.parametrize(
    "fold", [EXPORT_STATISTICS, PRODUCER_STATISTICS], ids=lambda fold: fold.name
)


@both
def test_what_a_fold_computes_is_what_its_fingerprint_names(fold: Fold) -> None:
    found, noted = (fold.fingerprint, outputs_digest(logs_of(fold.name), fold)), DIGESTS[fold.name]

    if found[0] == noted[0] and found[1] != noted[1]:
        pytest.fail(
            f"What the fold of {fold.name} computes has changed, and its fingerprint has not. "
            f"Change its definition version and hence its fingerprint, and note both in DIGESTS: "
            f"the new digest is {found[1]}"
        )
    assert found == noted, f"note the new fingerprint of {fold.name} and its digest in DIGESTS"


@both
def test_its_log_has_all_kinds_of_events(fold: Fold) -> None:
    written = {
        name: {dict(record.headers)["ce_type"].decode() for record in records}
        for name, records in logs_of(fold.name).items()
    }

    for topic in fold.inputs:
        wanted: set[type[Event]] = {each for each in topic.events if each in fold.readings}
        if topic.name in (EXPORTS, ORDERS):
            wanted |= {*CONTROL}
        assert {each.event_type() for each in wanted} <= written[topic.name]


def test_all_that_may_be_said_is_said() -> None:
    said = [
        (name, json.loads(data))
        for name, data in outputs(logs_of(EXPORT_STATISTICS.name), EXPORT_STATISTICS).values()
    ]

    kinds = {kind.contribution_type.__name__ for kind in EXPORT_STATISTICS.figures.kinds}
    kinds |= {decision.__name__ for decision in EXPORT_STATISTICS.decisions}
    assert {name for name, _ in said} == {*kinds, "PartitionClosed", "Cursor"}
    assert {(of["rule"], of["reason"]) for _, of in said if "reason" in of} == REASONS
    versions = {of["rule_version"] for _, of in said if of.get("rule") == "protracted-default"}
    assert versions == {1, 2, 3}


def test_what_is_said_is_right() -> None:
    play = golden.of_exports()

    assert finding(play, folded(play.logs)) == (0, 0)


def _changed(amount: int, percent_hundredths: int) -> int:
    """Rounded down."""
    return amount * percent_hundredths // figures.HUNDRED_PERCENT


OF_PARTS = ("a part knows nothing of those before it",)
"""Here each topic is folded in one."""
CHANGES: dict[str, tuple[object, str, object]] = {
    **{name: wrong for name, wrong in WRONG_FOLDS.items() if name not in OF_PARTS},
    "a part is rounded otherwise": (risk, "part_of", _changed),
    "another deductible": (risk, "DEDUCTIBLE_HUNDREDTHS", 501),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_exports_is_found(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*CHANGES[change])

    assert _digest_of(EXPORT_STATISTICS) != DIGESTS[EXPORT_STATISTICS.name][1]


def test_a_change_of_producers_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def moved_no_more(before: Any, event: Any) -> Any:
        return before if before and isinstance(event, producers.Moved) else cell(before, event)

    cell = producers._cell
    monkeypatch.setattr(producers, "_cell", moved_no_more)

    assert _digest_of(PRODUCER_STATISTICS) != DIGESTS[PRODUCER_STATISTICS.name][1]


def _digest_of(fold: Fold) -> str:
    """Nothing where the change lets it come to no end."""
    try:
        return outputs_digest(logs_of(fold.name), fold)
    except Exception:  # noqa: BLE001 - whatever becomes of a wrong fold
        return ""
