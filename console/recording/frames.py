"""Files of lines, compressed in frames of bounded size: a cut loses the last frame alone.

A frame is a gzip member or a zstd frame with its checksum; it holds whole lines and is read by
itself. Usual tools (zcat, zstdcat) read the file as one.
"""

import gzip
import zlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import zstandard

from console.recording.errors import CutOffError

FRAME_BYTES = 1 << 20
"""Lines of one frame, before compression; the last line may go over."""
_CHUNK_BYTES = 1 << 16


class Compression(StrEnum):
    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"

    @property
    def suffix(self) -> str:
        return _SUFFIXES[self]

    def compress(self, lines: bytes) -> bytes:
        """One frame."""
        match self:
            case Compression.NONE:
                return lines
            case Compression.GZIP:
                return gzip.compress(lines, mtime=0)
            case Compression.ZSTD:
                return zstandard.ZstdCompressor(write_checksum=True).compress(lines)


_SUFFIXES = {
    Compression.NONE: ".jsonl",
    Compression.GZIP: ".jsonl.gz",
    Compression.ZSTD: ".jsonl.zst",
}


class Frame(NamedTuple):
    """Whole lines, or none, and the byte of the file after them."""

    lines: bytes
    end: int


def read_frames(path: Path, compression: Compression) -> Iterator[Frame]:
    """All frames of a file.

    Raises CutOffError after the last one that is whole, when there is more behind it.
    """
    with path.open("rb") as file:
        end = 0
        for frame in _frames(file, compression):
            if frame.lines and not frame.lines.endswith(b"\n"):
                raise CutOffError(f"{path} is cut off inside a line after byte {end}", end)
            yield frame
            end = frame.end
        if end < path.stat().st_size:
            raise CutOffError(f"{path} is cut off or damaged after byte {end}", end)


class _Decompressor(Protocol):
    """One frame's."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def _frames(file: BinaryIO, compression: Compression) -> Iterator[Frame]:
    match compression:
        case Compression.NONE:
            return _plain(file)
        case Compression.GZIP:
            return _compressed(file, lambda: zlib.decompressobj(16 + zlib.MAX_WBITS))
        case Compression.ZSTD:
            return _compressed(file, lambda: zstandard.ZstdDecompressor().decompressobj())


def _plain(file: BinaryIO) -> Iterator[Frame]:
    end = 0
    while lines := file.read(FRAME_BYTES) + file.readline():
        whole = lines.rfind(b"\n") + 1
        if whole:
            end += whole
            yield Frame(lines[:whole], end)
        if whole < len(lines):
            return


def _compressed(file: BinaryIO, start: Callable[[], _Decompressor]) -> Iterator[Frame]:
    """Ends before what is no frame or is none to its end."""
    frame, parts = start(), list[bytes]()
    while chunk := file.read(_CHUNK_BYTES):
        while chunk:
            try:
                parts.append(frame.decompress(chunk))
            except (zlib.error, zstandard.ZstdError):
                return
            if not frame.eof:
                break
            chunk = frame.unused_data
            yield Frame(b"".join(parts), file.tell() - len(chunk))
            frame, parts = start(), []
