"""A recording that is not what its manifest says is refused, and the reason named."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.recording import RecordingError, open_recording, read
from console.recording.errors import CutOffError
from console.recording.frames import Compression
from console.recording.layout import layout_for
from console.recording.soundness import load_sound, require_all_partitions
from console.tests.recorded import NAMES, make, recorded_example

RECORDS = [recorded_example(offset=offset) for offset in range(3)]


def change(path: Path, how: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    how(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def part_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """The one partition that holds anything."""
    found: dict[str, Any] = manifest["topics"][0]["partitions"][0]
    return found


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (lambda m: m.update(version=2), "format version 2 is not known"),
        (lambda m: m.update(format="other"), "no manifest of a recording but of other"),
        (lambda m: m.pop("cluster"), "cluster"),
        (lambda m: m.update(complete=False), "cut off"),
        (lambda m: m["parts"][0].update(sha256="0"), "sha256 .* instead of 0"),
        (lambda m: m["parts"][0].update(lines=4), "lines 3 instead of 4"),
        (lambda m: m["topics"][0]["types"].update(other=1), f"other counts of {NAMES[0]}"),
        (lambda m: m["parts"].pop(), f"no part holds the topic {NAMES[0]}"),
        (lambda m: m["parts"].append(m["parts"][0]), "one file has 2 parts"),
        (lambda m: m.update(topics=[], parts=[]), "it names no topic"),
        (lambda m: m["parts"][0].update(topics=[]), "the part all.jsonl holds no topic"),
        (lambda m: m["parts"][0].update(file=""), "'' is no name of a file beside it"),
        (lambda m: m["parts"][0].update(file="a\0"), "no name of a file beside it"),
        (lambda m: part_of(m).update(partition=10**11), "100000000000 is no partition from"),
        (lambda m: part_of(m).update(partition=-1), "-1 is no partition from 0 to 99999"),
        (lambda m: m["parts"][0].update(file="../all.jsonl"), "no name of a file beside it"),
        (lambda m: m["parts"][0].update(file=".."), "no name of a file beside it"),
        (lambda m: m["parts"][0]["topics"].append("x"), "holds the topic x, of which nothing"),
        (lambda m: m["topics"].append(m["topics"][0]), f"the topic {NAMES[0]} stands twice"),
        (lambda m: part_of(m).update(end=2), "3 records of .* from 0 to 2"),
        (lambda m: part_of(m).update(end=2, records=2), "offsets 0 to 2, and is said to go from 0"),
        (lambda m: part_of(m).update(start=1, end=9), "offsets 0 to 2, and is said to go from 1"),
        (lambda m: part_of(m).update(start=4), "is said to go from 4 to 3"),
        (lambda m: m["topics"][0]["partitions"].append(part_of(m)), "partition 3 of .* stands twi"),
        (lambda m: m["topics"][0]["partitions"].pop(), r"all.jsonl, line 1: .* no partition 3"),
    ],
)
async def test_a_manifest_that_says_otherwise(
    tmp_path: Path, how: Callable[[dict[str, Any]], object], reason: str
) -> None:
    path = tmp_path / "all.jsonl"
    await make(path, RECORDS)
    change(tmp_path / "all.jsonl.manifest.json", how)
    with pytest.raises(RecordingError, match=reason):
        list(read(path))


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (lambda m: m["parts"][0].update(file="gone.jsonl"), "gone.jsonl is missing"),
        (lambda m: m["parts"][0].update(file="folder.jsonl"), "folder.jsonl is no file"),
        (lambda m: m["parts"].append(m["parts"][0]), r"the part .*\.zst stands twice"),
    ],
)
async def test_a_folder_whose_manifest_names_other_files(
    tmp_path: Path, how: Callable[[dict[str, Any]], object], reason: str
) -> None:
    await make(tmp_path, RECORDS)
    (tmp_path / "folder.jsonl").mkdir()
    change(tmp_path / "manifest.json", how)
    with pytest.raises(RecordingError, match=reason):
        list(read(tmp_path))


async def test_all_partitions_are_wanted_without_counting_up_to_the_last(tmp_path: Path) -> None:
    await make(tmp_path, [recorded_example(partition=n) for n in range(3)])
    manifest = open_recording(tmp_path).manifest
    manifest.topics.pop()
    require_all_partitions(manifest, "it")
    manifest.topics[0].partitions[1].partition = 10**11
    with pytest.raises(RecordingError, match="it lacks the partition 1 of"):
        require_all_partitions(manifest, "it")
    manifest.topics[0].partitions.clear()
    with pytest.raises(RecordingError, match="it lacks the partition 0 of"):
        require_all_partitions(manifest, "it")


async def test_the_one_file_is_the_one_that_was_named(tmp_path: Path) -> None:
    first, second = tmp_path / "e.jsonl", tmp_path / "f.jsonl"
    await make(first, RECORDS)
    for name in (".jsonl", ".jsonl.manifest.json"):
        second.with_suffix(name).write_bytes(first.with_suffix(name).read_bytes())

    # given a copy under another name, beside the first or alone, then it is read
    second.write_bytes(second.read_bytes().replace(b"2025-03-14T10", b"2025-03-14T11", 1))
    found = list(open_recording(second).records(unverified=True))
    assert found[0].timestamp - RECORDS[0].timestamp == 3_600_000
    with pytest.raises(RecordingError, match=f"{second} is not what was recorded: sha256"):
        open_recording(second).check()
    first.rename(second)
    assert list(read(second)) == RECORDS
    assert open_recording(second).layout.file == "f.jsonl"


async def test_a_cut_off_file_that_was_renamed_goes_on_under_its_name(tmp_path: Path) -> None:
    await make(tmp_path / "e.jsonl", RECORDS)
    (tmp_path / "e.jsonl.manifest.json").rename(tmp_path / "f.jsonl.manifest.json")
    layout = layout_for(tmp_path / "f.jsonl", None)
    assert [part.file for part in load_sound(layout).parts] == ["f.jsonl"]


def test_who_may_read_the_lines_may_read_the_manifest(tmp_path: Path) -> None:
    asyncio.run(make(tmp_path / "e.jsonl", RECORDS))
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert len(modes) == 1


async def test_an_edited_line_is_refused_unless_unverified(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    await make(path, RECORDS)
    path.write_bytes(path.read_bytes().replace(b"2025-03-14T10:00:00", b"2025-03-14T11:00:00", 1))
    with pytest.raises(RecordingError, match=f"{path} is not what was recorded: sha256"):
        open_recording(path).check()
    assert len(list(open_recording(path).records(unverified=True))) == 3


async def test_a_cut_off_file_is_refused_unless_unverified(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    await make(path, RECORDS)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(CutOffError, match=r"all\.jsonl is cut off"):
        list(read(path))
    assert list(open_recording(path).records(unverified=True)) == RECORDS[:2]


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"format":"\xff"}', b"[]", b""])
def test_what_is_no_manifest_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(RecordingError, match=r"manifest.json is no manifest of a recording: "):
        open_recording(tmp_path)


def test_what_is_no_recording_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=f"{tmp_path} is no recording"):
        read(tmp_path)
    with pytest.raises(RecordingError, match=r"there is no .*a.jsonl.manifest.json"):
        read(tmp_path / "a.jsonl")


def test_the_suffix_tells_file_and_compression(tmp_path: Path) -> None:
    assert layout_for(tmp_path / "a.jsonl.gz", None).compression is Compression.GZIP
    assert layout_for(tmp_path / "a.jsonl", None).file == "a.jsonl"
    assert layout_for(tmp_path / "a", None).part_of("t.v1") == "t.v1.jsonl.zst"
    assert layout_for(tmp_path / "a", Compression.NONE).part_of("t.v1") == "t.v1.jsonl"
    with pytest.raises(RecordingError, match=r"a.jsonl.zst asks for zstd, not gzip"):
        layout_for(tmp_path / "a.jsonl.zst", Compression.GZIP)
