"""The rows of a customs file, streamed."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from console.customs_file.lines import CustomsFileError, Lines
from console.customs_file.rows import Header, HeaderError, Row, UnreadableRow


class CustomsFile:
    """An open customs file, plain or gzip: a context manager whose rows are iterated once.

    `bytes_read` of `bytes_total` (of the file as stored, for a progress bar) have been consumed.

    Raises: CustomsFileError on opening when the file is missing, empty, not UTF-8, not a CSV or
    lacks a column; while iterating, when a gzip file is cut short or damaged: the rows before that
    place have been given by then.
    """

    def __init__(self, path: Path) -> None:
        self._lines = Lines(path)
        self.bytes_total = self._lines.bytes_total
        self._unread = iter(self._lines)
        try:
            self._header = self._read_header(path)
        except BaseException:
            self.close()
            raise

    def _read_header(self, path: Path) -> Header:
        first = next(self._unread, None)
        if first is None:
            raise CustomsFileError(path, "the file is empty")
        try:
            return Header.parse(first)
        except HeaderError as error:
            raise CustomsFileError(path, str(error)) from error

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file have been consumed."""
        return self._lines.bytes_read

    def __iter__(self) -> Iterator[Row | UnreadableRow]:
        rows = (line for line in self._unread if line.is_cut or line.content.strip())
        return map(self._header.read, rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; it cannot be read further."""
        self._lines.close()


def read_rows(path: Path) -> Iterator[Row | UnreadableRow]:
    """The rows of the file at `path`, for who needs no progress. Raises: as `CustomsFile`."""
    with CustomsFile(path) as file:
        yield from file
