"""The rows that were not accepted, as a CSV file that somebody can mend and import again."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

COLUMNS = ("declaration_id", "line", "bucket", "reasons", "row")


@dataclass(frozen=True, slots=True)
class Reject:
    """One row: `reasons` are codes, `raw` the row as it stood in the customs file."""

    declaration_id: str
    line: int
    bucket: str
    reasons: tuple[str, ...]
    raw: str


class RejectsFile:
    """Appends rejects. What an interrupted import wrote behind `keep_bytes` is forgotten."""

    def __init__(self, path: Path, keep_bytes: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = path.open("r+b" if keep_bytes and path.exists() else "wb")
        self._file.truncate(keep_bytes)
        self._file.seek(0, io.SEEK_END)
        if self._file.tell() == 0:
            self._write(COLUMNS)

    def write(self, rejects: list[Reject]) -> int:
        """Append these and return how long the file is now, in bytes."""
        for reject in rejects:
            reasons = ";".join(reject.reasons)
            self._write(
                (reject.declaration_id, str(reject.line), reject.bucket, reasons, reject.raw)
            )
        self._file.flush()
        return self._file.tell()

    def close(self) -> None:
        self._file.close()

    def _write(self, fields: tuple[str, ...]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(fields)
        self._file.write(text.getvalue().encode())
