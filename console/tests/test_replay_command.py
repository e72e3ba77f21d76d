"""What `zarbia replay` finds before it writes anything: bad lines, damage, a sandbox to refuse."""

import asyncio
import json
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from rich.console import Console
from typer.testing import CliRunner, Result

from console.__main__ import app
from console.recording import Record, part, read
from console.recording.errors import RecordingError
from console.recording.faults import Faults, parse_share
from console.recording.plan import Plan, described
from console.recording.replaying import Report
from console.recording.sandbox import Sandbox
from console.recording.sandbox_topics import create, new_topic
from console.recording.timing import Span
from console.recording.view import plan, replayed
from console.tests.recorded import TIME, make, recorded_example
from contracts.topics import TOPICS

RECORDS = [recorded_example(offset=offset, partition=0) for offset in range(20)]
DRY = ("--dry-run", "--prefix", "x", "--unverified")


@pytest.fixture(autouse=True)
def no_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ZARBIA_KAFKA", raising=False)
    monkeypatch.setenv("ZARBIA_DATA", str(tmp_path / "no-stack"))


def replay(*arguments: object) -> Result:
    result = CliRunner().invoke(app, ["replay", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def told(result: Result) -> str:
    """Stderr without the box that options are complained of in."""
    return " ".join(result.stderr.replace("│", "").split())


def recording(path: Path, records: Sequence[Record] = RECORDS) -> Path:
    """Of one topic: the other one has no partition, which a replay refuses."""
    asyncio.run(make(path, records))
    beside = path / "manifest.json" if path.is_dir() else Path(f"{path}.manifest.json")
    manifest = json.loads(beside.read_text("utf-8"))
    gone = manifest["topics"].pop()["name"]
    for each in manifest["parts"]:
        each["topics"] = [name for name in each["topics"] if name != gone]
    manifest["parts"] = [each for each in manifest["parts"] if each["topics"]]
    beside.write_text(json.dumps(manifest), "utf-8")
    return path


def edited(path: Path, line: int, old: bytes, new: bytes) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    path.write_bytes(b"".join(lines))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'partition":0', b'partition":99', "the manifest has no partition 99 of exports"),
        (b'kafkatopic":"exports', b'kafkatopic":"other', "no partition 0 of other.shipments"),
        (b'partition":0', b'partition":-1', "Expected `int` >= 0 - at `$.kafkapartition`"),
        (b'time":"2025-03-14', b'time":"0001-03-14', "kafkatime is before 1970"),
        (b'time":"2025-03-14', b'time":"9999-12-31', "moved by 1d, its timestamp would leave"),
        (b'time":"2026-11-02', b'time":"9999-12-31', "moved by 1d, ce_time would leave"),
    ],
)
def test_a_line_that_cannot_be_replayed_is_named(
    tmp_path: Path, old: bytes, new: bytes, reason: str
) -> None:
    path = recording(tmp_path / "e.jsonl")
    edited(path, 5, old, new)
    result = replay(path, *DRY, "--shift-time", "1d")
    assert result.exit_code == (2 if "moved" in reason else 1)
    assert "e.jsonl, line 5: " in told(result)
    assert reason in told(result)


def test_a_timestamp_that_is_no_date_is_shown_as_it_is(tmp_path: Path) -> None:
    path = recording(tmp_path / "e.jsonl", [RECORDS[0]._replace(timestamp=1 << 60, headers=())])
    shown = replay(path, "--dry-run", "--prefix", "x")
    assert (shown.exit_code, f"{1 << 60} ms" in shown.stdout) == (0, True)


@pytest.mark.parametrize("suffix", [".jsonl.zst", ".jsonl.gz", ".jsonl"])
def test_what_damage_costs_is_told(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, "FRAME_BYTES", 4_000)
    path = recording(tmp_path / f"e{suffix}")
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    result = replay(path, *DRY)
    assert result.exit_code == 3
    assert f"warning: {path} is cut off" in result.stderr
    assert " of 20 records were read" in result.stderr


def test_turned_bytes_and_lines_taken_away_are_told(tmp_path: Path) -> None:
    path = recording(tmp_path / "e.jsonl.zst")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 255
    path.write_bytes(raw)
    assert "damaged after byte 0: 0 of 20 records were read" in replay(path, *DRY).stderr
    assert replay(path, *DRY[:-1]).exit_code == 1

    fewer = recording(tmp_path / "f.jsonl")
    fewer.write_bytes(b"".join(fewer.read_bytes().splitlines(keepends=True)[:7]))
    result = replay(fewer, *DRY)
    assert (result.exit_code, "fewer lines than" in result.stderr) == (3, True)
    assert "7 of 20 records were read" in result.stderr


def test_what_an_edit_leaves_whole_is_no_loss(tmp_path: Path) -> None:
    path = recording(tmp_path / "e.jsonl")
    edited(path, 5, b"2025-03-14", b"2025-03-15")
    assert replay(path, *DRY).exit_code == 0


def test_a_recording_that_was_cut_off_is_told(tmp_path: Path) -> None:
    path = recording(tmp_path / "e.jsonl")
    beside = Path(f"{path}.manifest.json")
    beside.write_text(beside.read_text("utf-8").replace('"complete":true', '"complete":false'))
    beside.write_text(beside.read_text("utf-8").replace('"complete": true', '"complete": false'))
    result = replay(path, *DRY)
    assert result.exit_code == 3
    assert "was cut off: how many records are missing is not known" in result.stderr


def test_a_dry_run_without_a_broker_says_that_it_checked_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = recording(tmp_path / "e.jsonl")
    shown = replay(path, "--dry-run", "--prefix", "x")
    assert (shown.exit_code, "was not checked: no stack runs" in shown.stderr) == (0, True)
    assert replay(path, "--prefix", "x").exit_code == 1

    monkeypatch.setenv("ZARBIA_KAFKA", "127.0.0.1:1")
    shown = replay(path, "--dry-run", "--prefix", "x")
    assert shown.exit_code == 0
    assert "was not checked: the broker 127.0.0.1:1" in shown.stderr
    assert replay(path, "--dry-run", "--prefix", "x", "--to", "127.0.0.1:1").exit_code == 1


def test_names_of_topics_are_never_cut() -> None:
    report, sandbox = Report(), Sandbox("127.0.0.1:18400", "x.")
    for topic in TOPICS:
        report.spans[topic.name] = Span(2_129, TIME, TIME, (TIME, TIME + 10**11))
    with (screen := Console(width=80, file=StringIO())).capture() as captured:
        screen.print(replayed(report, sandbox))
        screen.print(plan(report, sandbox, Fraction(1)))
    assert all(f"│ {topic.name} " in captured.get() for topic in TOPICS)
    assert "…" not in captured.get()


SOME = Faults(duplicates=Decimal("0.01"), delays=Decimal("0.5"))
PLAN = Plan(recording="a", shift_asked="1d", shift_ms=1, faults=described(SOME))


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({}, ""),
        ({"shift_asked": "24h"}, ""),
        ({"faults": PLAN.faults | {"duplicates": "0.0100", "poison": "0.0"}}, ""),
        ({"shift_asked": "to-now"}, "a replay with shift 1d, not to-now: "),
        ({"faults": PLAN.faults | {"duplicates": "0.02"}}, "with duplicates 0.01, not 0.02: "),
        ({"faults": PLAN.faults | {"delays": "0.5:1"}}, "with delays 0.5:0, not 0.5:1: "),
        ({"faults": PLAN.faults | {"seed": "1"}}, "with seed 0, not 1: "),
        ({"recording": "b"}, "a replay of the recording a, not of b: "),
    ],
)
def test_a_plan_is_the_same_however_it_is_written(change: dict[str, Any], difference: str) -> None:
    other = msgspec.structs.replace(PLAN, **change)
    if not difference:
        PLAN.require_same(other)
    else:
        with pytest.raises(RecordingError, match=difference):
            PLAN.require_same(other)


def test_shares_stand_in_a_plan_without_zeros_at_their_end() -> None:
    faults = Faults(poison=parse_share("0.010", ""), duplicates=parse_share("100%", ""))
    assert (described(faults)["poison"], described(faults)["duplicates"]) == ("0.01", "1")


def test_a_topic_without_records_is_a_file_to_everybody(tmp_path: Path) -> None:
    for name in ("folder", "none.jsonl.gz"):
        asyncio.run(make(tmp_path / name, []))
        assert list(read(tmp_path / name)) == []
    empty = [*(tmp_path / "folder").glob("*.zst"), tmp_path / "none.jsonl.gz"]
    assert len(empty) == 3
    assert all(path.stat().st_size for path in empty)


class _Admin:
    """Makes the first topic, and refuses the others."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    async def create_topics(self, topics: list[NewTopic]) -> Any:
        errors = [(topic.name, 40 * bool(n), "Invalid value abc") for n, topic in enumerate(topics)]
        return type("Answer", (), {"topic_errors": errors})

    async def delete_topics(self, names: list[str]) -> None:
        self.deleted += names


async def test_topics_are_made_all_or_none() -> None:
    admin = _Admin()
    topics = [new_topic(name, 1, {}) for name in ("a", "b", "c")]
    with pytest.raises(RecordingError, match="b cannot be made: Invalid value abc"):
        await create(cast("AIOKafkaAdminClient", admin), topics)
    assert admin.deleted == ["a"]
