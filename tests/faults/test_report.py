"""What is kept of the long set, and the page that is rendered from it."""

from pathlib import Path

from tests.faults.adapter import GUARDS
from tests.faults.page import page, table
from tests.faults.report import PAGE, Report, Results, Row, store, stored
from tests.faults.scale import Fault

KILLED = Fault("kill -9", 20)


def test_runs_of_a_fault_are_added_up_and_its_minutes_are_those_since_the_last() -> None:
    times = iter([0.0, 60.0, 90.0, 210.0])
    report = Report("c0ffee", lambda: next(times))
    report.begin()

    report.add(KILLED, events=500, lost=0, twice=0, equal=True)
    report.add(KILLED, events=500, lost=1, twice=2, equal=False, runs=3)

    assert [*report.rows.values()] == [Row("kill -9", 20, "c0ffee", 4, 1_000, 1, 2, 1, 2.5)]


def test_a_part_replaces_its_own_rows_in_their_places_and_no_others(tmp_path: Path) -> None:
    results = Results([Row("a", 1, "old"), Row("b", 1, "old"), Row("c", 1, "old")])

    results.replace(Row("b", 1, "new", runs=1))
    results.replace(Row("d", 1, "new"))
    store(results, tmp_path / "results.json")

    kept = stored(tmp_path / "results.json")
    assert [(row.fault, row.commit) for row in kept.rows] == [
        ("a", "old"),
        ("b", "new"),
        ("c", "old"),
        ("d", "new"),
    ]


def test_a_test_that_failed_is_named_until_it_passes() -> None:
    results = Results()

    results.note("test_a", "c0ffee", passed=False)
    assert "- **failed**: `test_a`, on `c0ffee`" in page(results)

    results.note("test_a", "decade", passed=True)
    assert "failed" not in page(results)


def test_a_row_says_when_it_fell_short_of_what_is_asked() -> None:
    whole, part = Row("a", 20, "c0ffee", runs=20), Row("b", 1_000, "c0ffee", runs=50)

    _, _, of_whole, of_part = table([whole, part])

    assert "|   20 |        20 |" in of_whole
    assert "|   50 | **1,000** |" in of_part


def test_each_guard_is_taken_away_by_a_test() -> None:
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))

    assert [guard for guard in GUARDS if f'"{guard}"' not in tests] == []


def test_the_page_is_that_of_what_is_kept() -> None:
    assert PAGE.read_text() == page(stored())
