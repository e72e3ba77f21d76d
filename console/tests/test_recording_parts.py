"""A file of lines that is cut off anywhere goes on and ends as if it never was."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.recording import frames, part
from console.recording.errors import CutOffError, RecordingError
from console.recording.frames import Compression, read_frames
from console.recording.part import PartWriter, read_lines
from console.recording.record import Record
from console.recording.tally import Tally
from console.tests.recorded import recorded_example

RECORDS = [recorded_example(offset=offset) for offset in range(9)]
SMALL = 3_000
"""A frame has two or three lines, so that a file has several."""
ALL = pytest.mark.parametrize("compression", list(Compression))


@pytest.fixture(autouse=True, scope="module")
def small_frames() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(part, "FRAME_BYTES", SMALL)
        patch.setattr(frames, "FRAME_BYTES", SMALL)
        yield


def write(path: Path, compression: Compression, records: list[Record]) -> Tally:
    """Write those that the file does not hold."""
    with PartWriter.open(path, compression) as writer:
        start = writer.tally.following.get(RECORDS[0].place, 0)
        for record in records[start:]:
            writer.write(record, exact=False)
    return writer.tally


def content(path: Path, compression: Compression) -> bytes:
    return b"".join(frame.lines for frame in read_frames(path, compression))


@ALL
@given(st.data())
def test_a_cut_at_any_byte_changes_nothing(compression: Compression, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        whole, cut = Path(folder, "whole"), Path(folder, "cut")
        expected = write(whole, compression, RECORDS)
        written = whole.read_bytes()
        assert len(list(read_frames(whole, compression))) > 2

        cut.write_bytes(written[: data.draw(st.integers(0, len(written)))])
        found = write(cut, compression, RECORDS)

        assert content(cut, compression) == content(whole, compression)
        assert (found.sha256, found.lines) == (expected.sha256, len(RECORDS))


@ALL
def test_a_cut_loses_the_last_frame_alone(compression: Compression, tmp_path: Path) -> None:
    path = tmp_path / "lines"
    write(path, compression, RECORDS)
    whole = list(read_frames(path, compression))
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(CutOffError, match=f"{path} is cut off") as cut:
        list(read_frames(path, compression))

    if compression is not Compression.NONE:  # there, a line is all that is lost
        assert cut.value.good == whole[-2].end


@pytest.mark.parametrize("compression", [Compression.GZIP, Compression.ZSTD])
def test_a_turned_bit_is_found(compression: Compression, tmp_path: Path) -> None:
    path = tmp_path / "lines"
    write(path, compression, RECORDS)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(RecordingError):
        list(read_lines(path, compression, Tally()))


def test_what_is_no_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    write(path, Compression.NONE, RECORDS)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b'{"id": 1}\n', *lines[3:]]))
    with pytest.raises(RecordingError, match=f"{path}, line 3: Object contains unknown field `id`"):
        list(read_lines(path, Compression.NONE, Tally()))
    with (
        pytest.raises(RecordingError, match="line 3"),
        PartWriter.open(path, Compression.NONE),
    ):
        pass


def test_a_line_that_stands_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    write(path, Compression.NONE, RECORDS)
    path.write_bytes(path.read_bytes() * 2)
    with pytest.raises(RecordingError, match=r"line 10: offset 0 of exports.* comes after 8"):
        list(read_lines(path, Compression.NONE, Tally()))


def test_two_writers_of_one_file_are_one_too_many(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    with (
        PartWriter.open(path, Compression.NONE),
        pytest.raises(RecordingError, match="another process"),
        PartWriter.open(path, Compression.NONE),
    ):
        pass
