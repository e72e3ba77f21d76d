"""The physical lines of a file, plain or gzip, in bounded memory."""

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

MAX_LINE_BYTES: Final = 16 * 1024
"""A longer line is given cut to this length and marked as cut."""

GZIP_MAGIC: Final = b"\x1f\x8b"
_LINE_END_BYTES: Final = 2


class CustomsFileError(Exception):
    """The file as a whole cannot be read, or not beyond some line: one clear line saying why."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")


class Line(NamedTuple):
    """A line without its end; `number` counts from 1, the header's line included."""

    number: int
    content: bytes
    is_cut: bool


class Lines:
    """The lines of the file at `path`, once; gzip is told by its first bytes, not by its name.

    Raises: CustomsFileError when the file is missing, not a regular file or not readable; and,
    while iterating, when a gzip file is cut short or damaged: every whole line before that place
    has been given by then.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = _open(path)
        self.bytes_total = os.fstat(self._file.fileno()).st_size
        self._content: io.BufferedIOBase = self._file
        if self._file.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC):
            self._content = gzip.GzipFile(fileobj=self._file)
        self._number = 0

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file, as stored, have been consumed; at most `bytes_total`."""
        return self.bytes_total if self._file.closed else self._file.tell()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __iter__(self) -> Iterator[Line]:
        limit = MAX_LINE_BYTES + _LINE_END_BYTES
        while chunk := self._read(limit):
            content = chunk.removesuffix(b"\n").removesuffix(b"\r")
            while not chunk.endswith(b"\n") and len(chunk) == limit:
                chunk = self._read(limit)  # the rest of an over-long line, dropped
            self._number += 1
            yield Line(self._number, content[:MAX_LINE_BYTES], is_cut=len(content) > MAX_LINE_BYTES)

    def _read(self, limit: int) -> bytes:
        try:
            return self._content.readline(limit)
        except EOFError:
            raise self._broken("the gzip file is cut short") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise self._broken(f"the gzip file is damaged ({error})") from error
        except OSError as error:
            raise self._broken(f"cannot be read ({error.strerror})") from error

    def _broken(self, problem: str) -> CustomsFileError:
        return CustomsFileError(
            self._path, f"{problem} after line {self._number} (the header is line 1)"
        )


def _open(path: Path) -> io.BufferedReader:
    try:
        if path.exists() and not path.is_file():  # a pipe would block, and has no size
            raise CustomsFileError(path, "is not a regular file")
        return path.open("rb")
    except FileNotFoundError:
        raise CustomsFileError(path, "no such file") from None
    except OSError as error:
        raise CustomsFileError(path, f"cannot be read ({error.strerror})") from error
