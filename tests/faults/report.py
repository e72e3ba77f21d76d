"""What was done to the service and what became of it, as a table."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
COLUMNS = ("fault", "runs", "events", "lost", "twice", "equal")


@dataclass
class Report:
    """Sums by fault, in the order in which faults were first tried."""

    runs: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    twice: Counter[str] = field(default_factory=Counter)
    equal: Counter[str] = field(default_factory=Counter)

    def add(
        self, fault: str, *, events: int, lost: int, twice: int, equal: bool, runs: int = 1
    ) -> None:
        """`equal`: all contributions as the oracle has them, and `verify` found no difference."""
        self.runs[fault] += runs
        self.events[fault] += events
        self.lost[fault] += lost
        self.twice[fault] += twice
        self.equal[fault] += runs if equal else 0

    def rows(self) -> list[tuple[str, ...]]:
        return [
            (
                fault,
                *(f"{counts[fault]:,}" for counts in (self.runs, self.events)),
                *(f"{counts[fault]:,}" for counts in (self.lost, self.twice, self.equal)),
            )
            for fault in self.runs
        ]

    def table(self) -> list[str]:
        """Lines of Markdown, aligned."""
        rows = [COLUMNS, *self.rows()]
        widths = [max(len(row[at]) for row in rows) for at in range(len(COLUMNS))]
        lines = [_line(row, widths) for row in rows]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        return [lines[0], _line(tuple(rule), widths), *lines[1:]]


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
    return f"| {' | '.join(cells)} |"


def page(report: Report, commit: str, scale: float, minutes: float, failed: int) -> str:
    """The whole of docs/faults.md. A test that failed before its comparison is in no row."""
    failures = ["", f"**{failed} tests failed.**"] if failed else []
    lines = [
        "# What faults do to the fold",
        "",
        "Written by `make faults`. After each fault everything that a reader of committed records",
        "sees is compared with an oracle of a few dozen lines (`tests/faults/oracle.py`), and by",
        "`zarbia verify` with a fold from zero. *lost* and *twice* count shipments in the figures",
        "and triggers on the topic; *equal* counts the runs after which both comparisons found no",
        "difference. *events* are those written during the runs, copies and poison not counted.",
        "",
        "Sequences of Hypothesis are folded in one process, each in four ways: at once, in batches",
        "that it draws, in batches of one size from topic after topic, and with the topics in",
        "reverse. Their oracle is `tests/faults/sequence_oracle.py`; *lost* and *twice* count",
        "contributions, triggers, holds and what waits, and *events* are all records.",
        "",
        f"Commit `{commit}`; {scale:.0%} of the long set, {minutes:.0f} minutes.",
        *failures,
        "",
        *report.table(),
    ]
    return "\n".join(lines) + "\n"
