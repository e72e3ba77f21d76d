"""A national customs file, read into rows and sorted into buckets; knows nothing of HTTP."""

from console.customs_file.classify import (
    Declaration,
    Invalid,
    OutOfScope,
    Scope,
    Verdict,
    classify,
)
from console.customs_file.lines import CustomsFileError
from console.customs_file.reader import CustomsFile, read_rows
from console.customs_file.reasons import MEANING, Reason
from console.customs_file.rows import Row, UnreadableRow

__all__ = [
    "MEANING",
    "CustomsFile",
    "CustomsFileError",
    "Declaration",
    "Invalid",
    "OutOfScope",
    "Reason",
    "Row",
    "Scope",
    "UnreadableRow",
    "Verdict",
    "classify",
    "read_rows",
]
