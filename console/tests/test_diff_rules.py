"""`zarbia diff --rules`: what other terms would have said of the same history."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.__main__ import app
from console.refolding.terms import TermsError, read_terms
from console.tests.recorded_inputs import first, inputs_of, make_recording
from contracts.topics import EXPORTS_SHIPMENTS, INSURANCE_RULES
from services.export_metrics.tests.events import exported, goods, lost
from services.export_metrics.tests.sources import Sources, day, invoice, paid, terms

TERMS = {
    "rule": "protracted-default",
    "version": 1,
    "effective_on": "2026-03-01",
    "waiting_days": 5,
    "least_exposure_mad": "0",
}


def history() -> Sources:
    """A loss, an invoice that is paid on the ninth day, and one that is not; both due on day 2."""
    sources = Sources().with_terms(terms(10)).close(1)
    sources.logs[EXPORTS_SHIPMENTS.name].append(first("s"), 1, exported(goods(700)))
    sources.logs[EXPORTS_SHIPMENTS.name].append(first("s"), 2, lost())
    for name in ("paid", "unpaid"):
        sources.orders.append(first(name), 1, invoice(due=2))
    for number in range(2, 9):
        sources.close(number)
    sources.orders.append(first("paid"), 2, paid(9))
    for number in range(9, 16):
        sources.close(number)
    return sources


@pytest.fixture
async def recording(tmp_path: Path) -> Path:
    return await make_recording(tmp_path / "history", inputs_of(history()))


def terms_file(folder: Path, name: str = "tried.json", **other: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(TERMS | other), encoding="utf-8")
    return path


async def zarbia(*arguments: object) -> Result:
    """In a thread: the command has an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, app, list(map(str, arguments)))


async def tried(recording: Path, *files: Path) -> tuple[int, dict[str, Any]]:
    rules = [part for path in files for part in ("--rules", path)]
    result = await zarbia("diff", "--recording", recording, *rules, "--format", "json")
    assert result.exception is None or isinstance(result.exception, SystemExit), result
    return result.exit_code, json.loads(result.stdout)


async def test_shorter_terms_say_more_and_earlier(recording: Path, tmp_path: Path) -> None:
    code, report = await tried(recording, terms_file(tmp_path))

    assert (code, report["equal"]) == (1, False)
    said = report["triggers"]
    assert said["total"] == {
        "a": {"count": 2, "exposed_mad": "1057.01"},  # the loss, and the default of 1050.01
        "b": {"count": 3, "exposed_mad": "2107.02"},
    }
    assert said["stand"]["b"] == said["stand"]["a"] == said["total"]["a"]
    paid_, unpaid = said["differing"]
    assert (paid_["difference"], paid_["subject"]) == ("only in B", f"{first('paid')}/INV-1")
    assert (paid_["a"], paid_["b"]["ended"]) == (None, "superseded: recovered")
    assert (unpaid["difference"], unpaid["subject"]) == ("other day", f"{first('unpaid')}/INV-1")
    assert unpaid["a"]["constituted_on"] == day(12).isoformat()
    assert unpaid["b"]["constituted_on"] == day(7).isoformat()
    assert report["figures"] == {"contributions": 4, "differing": 0, "cells": []}
    assert report["verdict"] == "A and B DIFFER: 1 only in B, 1 other day."


async def test_terms_that_change_nothing(recording: Path, tmp_path: Path) -> None:
    path = terms_file(tmp_path, waiting_days=10)

    code, report = await tried(recording, path)

    assert (code, report["equal"]) == (0, True)
    assert report["triggers"]["differing"] == []


async def test_another_version_is_added_and_two_files_are_compared(
    recording: Path, tmp_path: Path
) -> None:
    """The second version is in force from its day on: too late for what is over by then."""
    added = terms_file(tmp_path, "b.json", version=2, effective_on=day(11).isoformat())
    same = terms_file(tmp_path, "a.json", version=2, effective_on=day(11).isoformat())

    code, report = await tried(recording, added)
    nothing, _ = await tried(recording, same, added)

    (moved,) = report["triggers"]["differing"]
    assert (code, nothing) == (1, 0)
    assert (moved["a"]["constituted_on"], moved["b"]["constituted_on"]) == (
        "2026-03-13",
        "2026-03-12",
    )
    assert (moved["a"]["rule_version"], moved["b"]["rule_version"]) == (1, 2)


async def test_a_history_without_rules_says_so(tmp_path: Path) -> None:
    records = [each for each in inputs_of(history()) if each.topic != INSURANCE_RULES.name]
    path = await make_recording(tmp_path / "no-rules", records)

    code, report = await tried(path, terms_file(tmp_path))

    assert (code, report["triggers"]["total"]["b"]["count"]) == (0, 1)
    assert "insurance.rules.v1 has no day marker in the partitions 0:" in report["notes"][0]


async def test_an_empty_history_is_not_called_equal(tmp_path: Path) -> None:
    path = await make_recording(tmp_path / "nothing", [])

    code, report = await tried(path, terms_file(tmp_path))

    assert (code, report["equal"]) == (2, None)
    assert report["verdict"] == "Nothing was compared: there are no records yet."


@pytest.mark.parametrize("width", [80, 120])
async def test_what_an_analyst_sees(
    recording: Path, tmp_path: Path, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    path = terms_file(tmp_path)

    result = await zarbia("diff", "--recording", recording, "--rules", path, "--rows", 1)

    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= width
    assert lines[0] == "A  the terms as they were set"
    assert lines[1] == "B  tried.json: protracted-default v1 from 2026-03-01: 5 days"
    words = [" ".join(line.split()) for line in lines]
    assert "loss 1 7 1 7" in words
    assert "all 2 1,057 3 2,107 +1 +1,050" in words
    assert "2 triggers differ, the first 1" in words
    assert lines[-1] == "A and B DIFFER: 1 only in B, 1 other day."
    assert "…" not in result.stdout if width == 120 else "…/INV-1" in result.stdout


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "is no JSON"),
        ("[]", "holds no terms"),
        (json.dumps(TERMS | {"rule": "loss"}), "rule: loss is no rule with terms; there is protra"),
        (
            json.dumps(TERMS | {"least_exposure_mad": 5.5}),
            "least_exposure_mad: must be a decimal string",
        ),
        (json.dumps(TERMS | {"cover_percent": "101"}), "cover_percent: must be at most 100"),
        (json.dumps(TERMS | {"until": None}), "until: Extra inputs are not permitted"),
        (json.dumps([TERMS, TERMS]), "1.version: version 1 of protracted-default stands twice"),
        ("{}", "waiting_days: Field required"),
        ("3", "must be an object with the terms of a rule"),
        (json.dumps([TERMS, 3]), "1: must be an object with the terms of a rule"),
        ("[" * 200_000, "is no JSON"),
    ],
)
def test_a_malformed_file_is_told_field_by_field(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "terms.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(TermsError) as refused:
        read_terms(path)

    assert f"{path}: {why}" in str(refused.value)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(TermsError) as refused:
        read_terms(terms_file(tmp_path, rule="loss", waiting_days=-1))

    assert len(str(refused.value).splitlines()) == 2


def test_the_command_names_what_is_missing(tmp_path: Path) -> None:
    run = CliRunner().invoke
    neither = run(app, ["diff"])
    missing = run(app, ["diff", "--rules", str(tmp_path / "no.json")])
    both = run(app, ["diff", "--rules", "a", "--generations", "1", "2"])
    three = run(app, ["diff", "--rules", "a", "--rules", "b", "--rules", "c"])

    fold = run(app, ["diff", "--rules", "a", "--fold", "registry-metrics"])

    assert [each.exit_code for each in (neither, missing, both, three, fold)] == [2] * 5
    assert "rules are those of export-metrics" in fold.stderr
    assert "no.json: No such file" in missing.stderr
    assert "one of --rules and --generations" in both.stderr
    assert "at most two files" in three.stderr


def test_terms_from_a_file(tmp_path: Path) -> None:
    (terms_,) = read_terms(terms_file(tmp_path, least_exposure_mad="1000.50"))

    event = terms_.event()

    assert (event.rule_version, event.effective_on) == (1, date(2026, 3, 1))
    assert event.least_exposure_mad_centimes == 100_050
    assert str(terms_) == "protracted-default v1 from 2026-03-01: 5 days, from 1000.50 MAD"
