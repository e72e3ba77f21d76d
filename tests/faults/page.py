"""docs/faults.md, rendered from what is kept of each fault."""

from collections.abc import Iterable
from typing import NamedTuple

from tests.faults.adapter import GUARDS, WRONG_FOLDS
from tests.faults.report import Results, Row

INTRODUCTION = """\
# What faults do to the fold

Written by `make faults`, part by part (`make faults ARGS="-k failpoints"`): each row says the
commit that it ran on, and how many runs the whole of it is *asked* to have. What a reader of
committed records sees is compared after each run with an oracle of a few dozen lines
(`tests/faults/oracle.py`), and by `zarbia verify` with a fold from zero: after each run where it
had processes of its own, else after the last of those that shared them. *lost* and *twice* count
shipments in the figures and triggers on the topic, *twice* also what the national fold said again
of a day; *equal* counts the runs after which nothing differed. *events* are those that became
known during the runs, copies and poison not counted. *minutes* are those of two cores that had
other work too.

Each round leaves something waiting for the next (`tests/faults/waiting.py`): behind what cannot be
read, a gap or a conflict, until the missing event comes or its owner says what shall become of it.

Sequences of Hypothesis are folded in one process, each in four ways: at once, in batches that it
draws, in batches of one size from topic after topic, and with the topics in reverse. Their oracle
is `tests/faults/sequence_oracle.py`; *lost* and *twice* count contributions of all kinds, triggers,
holds and what waits, and *events* are all records.

A number in bold is one that the runs fall short of. **A fault without a row has not been run at
length**: it is in the short set of `make test` alone.
"""
CONTROLS = """
## Guards

So that these tests are no decoration, a test takes each guard away, and must see damage then:
"""
OTHERS = (
    "a ledger has one owner: its lock, that of its states, and the number of the batch",
    "contributions are absolute: their reader adds nothing up",
    "the cursor is read at all",
)
COLUMNS = ("fault", "runs", "asked", "events", "lost", "twice", "equal", "minutes", "commit")


def page(results: Results) -> str:
    failed = [f"- **failed**: `{test}`, on `{on}`" for test, on in sorted(results.failed.items())]
    guards = [f"- {guard}" for guard in (*GUARDS, *OTHERS)]
    wrong = [f"- a fold in which {fold}" for fold in WRONG_FOLDS]
    rows = [*failed, *([""] if failed else []), *table(results.rows)]
    lines = [INTRODUCTION, *rows, CONTROLS, *guards, *wrong]
    return "\n".join(lines) + "\n"


def table(rows: Iterable[Row]) -> list[str]:
    """Lines of Markdown, aligned."""
    texts = [COLUMNS, *map(_texts, rows)]
    columns = [_Column.of(column) for column in zip(*texts, strict=True)]
    lines = [_line(column.cell(at) for column in columns) for at in range(len(texts))]
    return [lines[0], _line(column.rule() for column in columns), *lines[1:]]


def _texts(row: Row) -> tuple[str, ...]:
    short = f"{row.asked:,}" if row.runs >= row.asked else f"**{row.asked:,}**"
    counts = (f"{count:,}" for count in (row.events, row.lost, row.twice, row.equal))
    return row.fault, f"{row.runs:,}", short, *counts, f"{row.minutes:.1f}", f"`{row.commit}`"


class _Column(NamedTuple):
    """Numbers are aligned to the right, words to the left."""

    texts: tuple[str, ...]
    width: int
    is_of_words: bool

    @classmethod
    def of(cls, texts: tuple[str, ...]) -> "_Column":
        return cls(texts, max(map(len, texts)), texts[0] in ("fault", "commit"))

    def cell(self, at: int) -> str:
        text = self.texts[at]
        return text.ljust(self.width) if self.is_of_words else text.rjust(self.width)

    def rule(self) -> str:
        return "-" * self.width if self.is_of_words else "-" * (self.width - 1) + ":"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
