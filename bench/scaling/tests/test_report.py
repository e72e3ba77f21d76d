"""Tables are aligned, and lines for machines have three words."""

import pytest

from bench.scaling import growth, report
from bench.scaling.appending import Found, Load, _lines, _note, _row
from bench.scaling.delays import Delays
from bench.scaling.trace import Sample

MIB = report.MIB
SAMPLES = [
    Sample(0.0, 0, 1.0, 40 * MIB, 0),
    Sample(1.0, 1_000, 2.0, 80 * MIB, 2 * MIB),
    Sample(2.0, 2_000, 4.0, 100 * MIB, 4 * MIB),
    Sample(4.0, 3_000, 7.0, 90 * MIB, 6 * MIB),
]


def test_a_line_has_a_unit_a_name_and_two_decimals() -> None:
    assert report.line("ratio", "flat", 1.0349) == "ratio flat 1.03"


def test_numbers_stand_to_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    report.show("title", ("what", "how many"), [("one", "1"), ("more", "12,345")], "a note")

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "title"
    assert lines[-1] == "a note"
    one, more = (
        next(line for line in lines if line.startswith(f"  {w} ")) for w in ("one", "more")
    )
    assert len(one) == len(more)


def test_memory_is_given_for_each_size(capsys: pytest.CaptureFixture[str]) -> None:
    lines = growth.show_memory(SAMPLES, [1_000, 3_000])

    assert lines == [
        "mib rss-1000 80.00",
        "mib ledger-1000 2.00",
        "mib rss-3000 100.00",
        "mib ledger-3000 6.00",
        "bytes rss-each-further 10485.76",
    ]
    assert "memory for each further shipment: 10485.8 bytes" in capsys.readouterr().out


def growing(*cpu: float) -> list[Sample]:
    """A hundred events in each step; `cpu` for each thousand."""
    samples, total = [Sample(0.0, 1, 0.0, 0, 0)], 0.0
    for each in cpu:
        for _ in range(10):
            total += each / 10
            samples.append(Sample(total, samples[-1].published + 100, total, 0, 0))
    return samples


def test_flat_compares_the_last_slice_with_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert growth.show_flat(growing(2.0, 4.0, 3.0), 1_000) == ["ratio flat 1.50"]
    assert "3000.0" in capsys.readouterr().out


def test_slices_of_few_steps_are_made_larger(capsys: pytest.CaptureFixture[str]) -> None:
    assert growth.show_flat(growing(2.0, 3.0), 200) == ["ratio flat 1.50"]
    assert "slices of 600" in capsys.readouterr().out


def test_one_slice_cannot_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert growth.show_flat(growing(2.0), 1_000) == []
    assert "too short for two" in capsys.readouterr().out


def test_a_fold_that_fell_behind_is_said_to_have_done_so() -> None:
    load = Load(rate=2_000, warm_up=1.0, seconds=2.0, patience=1.0)
    delays = Delays([100.0, 200.0, 9_000.0], uncovered=1)

    found = Found(load, 1_900.0, 950.0, delays, behind=2_001, caught_up=None)

    expected = ["2,000", "1,900", "950", "200", "9,000", "9,000", "2,001", "no", "no"]
    assert _row(found) == expected
    assert _note(found).startswith("2,000/s: 1 of 3 events were not covered")
    assert _lines(found) == [
        "ms append-p50-2000 200.00",
        "ms append-p99-2000 9000.00",
        "ms append-max-2000 9000.00",
        "ratio append-achieved-2000 0.95",
        "ratio append-kept-up-2000 0.50",
    ]


def test_a_fold_within_a_second_has_kept_up() -> None:
    load = Load(rate=2_000, warm_up=1.0, seconds=2.0, patience=1.0)
    assert Found(load, 2_000.0, 2_000.0, Delays([1.0], 0), behind=2_000, caught_up=0.1).kept_up
