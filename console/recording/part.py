"""A file of lines that grows frame by frame, and goes on where it was cut off."""

import fcntl
import os
from collections.abc import Container, Iterator
from contextlib import contextmanager
from io import BytesIO, FileIO
from pathlib import Path
from typing import Self

from console.recording.errors import CutOffError, RecordingError
from console.recording.frames import FRAME_BYTES, Compression, read_frames
from console.recording.lines import LineError, decode, encode
from console.recording.record import Place, Record
from console.recording.tally import Tally


class PartWriter:
    """Writes records behind those that the file holds; `tally` counts all of them."""

    def __init__(self, path: Path, file: FileIO, compression: Compression, tally: Tally) -> None:
        self.tally = tally
        self._path = path
        self._file = file
        self._compression = compression
        self._lines: list[bytes] = []
        self._size = 0

    @classmethod
    @contextmanager
    def open(cls, path: Path, compression: Compression) -> Iterator[Self]:
        """What a cut left unfinished is taken away first. A block that fails is a cut like another.

        Raises RecordingError when another process writes the file, or it holds what is no line.
        """
        with path.open("ab", buffering=0) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RecordingError(f"{path} is being written by another process") from None
            tally = Tally()
            try:
                for _ in read_lines(path, compression, tally):
                    pass
            except CutOffError as cut:
                file.truncate(cut.good)
            writer = cls(path, file, compression, tally)
            yield writer
            writer.flush()

    def write(self, record: Record, *, exact: bool) -> None:
        """Counted now, on the disk when its frame is full."""
        line = encode(record, exact=exact)
        self.tally.add(line, record)
        self._lines.append(line)
        self._size += len(line)
        if self._size >= FRAME_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write a frame of what waits, and have it on the disk.

        Raises RecordingError when the disk does not take it.
        """
        # A file without a byte is none to zcat and zstdcat: one without lines has an empty frame.
        if not self._lines and os.fstat(self._file.fileno()).st_size:
            return
        frame = memoryview(self._compression.compress(b"".join(self._lines)))
        self._lines, self._size = [], 0
        try:
            while frame:
                frame = frame[self._file.write(frame) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            raise RecordingError(f"{self._path} cannot be written: {error.strerror}") from error


def read_lines(
    path: Path, compression: Compression, tally: Tally, places: Container[Place] | None = None
) -> Iterator[Record]:
    """The records of a file, counted. They are of the `places` alone, where those are known.

    Raises RecordingError naming file, line and reason; CutOffError where the file is cut off.
    """
    for frame in read_frames(path, compression):
        for line in BytesIO(frame.lines):
            try:
                record = decode(line)
                if places is not None and record.place not in places:
                    raise LineError(
                        f"the manifest has no partition {record.partition} of {record.topic} here"
                    )
                tally.add(line, record)
            except LineError as error:
                raise RecordingError(f"{path}, line {tally.lines + 1}: {error}") from error
            yield record
