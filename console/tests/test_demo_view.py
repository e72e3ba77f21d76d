"""What the demonstration shows fits the terminal, and says what it should elsewhere."""

import io
from collections import Counter
from datetime import date

import pytest
from rich.console import Console

from console.demo import closing
from console.demo.board import Board
from console.demo.charts import MONTHS, months_chart
from console.demo.dated import Scenario
from console.demo.figures import Group, Measures
from console.demo.notices import Notices
from console.demo.oracle import Expected
from console.demo.platform import Reading, Trigger
from console.demo.run import Verdict
from console.demo.screen import final_view, live_view, make_screen
from console.demo.tables import mad, reading_of, share
from console.demo.unpaid import Default


def many_figures() -> dict[Group, Measures]:
    """MAD 2 million in each group: 3 months x 14 partners x 6 product groups."""
    partners = ("US", "FR", "ES", "GB", "CI", "ZZ", "DE", "IT", "JP", "AE", "SA", "CA", "BE", "NL")
    return {
        Group(month, partner, group, "fair", "kg"): Measures(2_000_000_00, 1, 1, 34)
        for month in ("2024-01", "2024-02", "2025-01")
        for partner in partners
        for group in ("pottery-stone", "carpets", "clothing", "leather", "metal", "wood")
    }


def a_trigger(state: str = "open", ended_on: date | None = None) -> Trigger:
    return Trigger(
        id="t",
        rule="protracted-default",
        state=state,
        subject="order/1",
        episode=1,
        exposed=123_456_00,
        constituted_on=date(2025, 2, 10),
        ended_on=ended_on,
        reason="paid-in-time" if ended_on else None,
        evidence=(),
    )


def board_of_many() -> Board:
    seconds = iter(range(10_000))
    board = Board(Scenario(), 4000, lambda: next(seconds))
    board.begin(date(2025, 2, 12))
    board.read(reading_of(many_figures(), Reading(triggers=(a_trigger(),))))
    board.carried_out(1234)
    board.seen_after(0.038)
    return board


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (120, 40), (160, 50)])
def test_the_live_screen_fits_the_terminal(width: int, height: int) -> None:
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True)
    lines = console.render_lines(live_view(board_of_many(), width, height))
    text = ["".join(segment.text for segment in line).rstrip() for line in lines]
    assert len(text) < height
    assert all(len(line) <= width for line in text)
    assert any("others" in line for line in text)
    assert sum(line.count("504.0") for line in text) == 2, "a number is cut"
    assert any("123,456 MAD exposed" in line for line in text), "the news do not fit"
    assert sum("protracted default" in line for line in text) == 1


def test_the_months_of_both_years_stand_side_by_side() -> None:
    values = {"2024-02": 100_000_000_00, "2025-02": 50_000_000_00, "2025-12": 6_250_000_00}
    lines = months_chart(values, (2024, 2025), width=67, height=4).plain.splitlines()
    assert lines[0].endswith("█ 2024   █ 2025")
    bars = [line[7:] for line in lines[1:-1]]
    assert [bar[5:9] for bar in bars] == ["██  ", "██  ", "████", "████"]
    assert [bar[55:59] for bar in bars] == ["    ", "    ", "    ", "  ▂▂"]
    assert lines[1].startswith("  100 ┤")
    assert lines[-1].split() == MONTHS


def test_news_tell_of_a_trigger_once_and_again_when_it_ends() -> None:
    notices = Notices()
    ended = a_trigger("withdrawn", date(2025, 3, 1))
    for trigger in (a_trigger(), a_trigger(), ended, ended):
        notices.of_triggers(Reading(triggers=(trigger,)))
    assert [(notice.day.isoformat(), notice.text) for notice in notices.lines] == [
        ("2025-02-10", "Risk trigger: unpaid invoice, 123,456 MAD exposed"),
        ("2025-03-01", "Withdrawn: unpaid invoice, paid in time"),
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_the_last_tables_show_every_group_to_the_centime(width: int) -> None:
    console = Console(file=io.StringIO(), width=width, record=True)
    console.print(final_view(board_of_many(), width))
    text = console.export_text()
    assert "others" not in text
    assert "Côte d'Ivoire" in text
    assert text.count("504,000,000.00") == 3


def test_without_a_terminal_there_is_a_line_now_and_then() -> None:
    output = io.StringIO()
    board = board_of_many()
    with make_screen(Console(file=output, width=80)) as screen:
        screen.show(board)
        screen.show(board)
        board.carried_out(400)
        screen.show(board)
    lines = output.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("2025-02-12; 1,234 of 4,000 commands")


def test_numbers_for_people() -> None:
    assert mad(-123456789) == "-1,234,568"
    assert mad(-123456789, centimes_too=True) == "-1,234,567.89"
    assert share(1, 3) == "33.3"
    assert share(1, 0) == "-"


def verdict(expected: Expected, defaults: list[Default] | None = None) -> Verdict:
    return Verdict(expected, many_figures(), defaults or [], Counter(), 1.0, 0.0)


def test_a_single_centime_off_is_told_with_its_group() -> None:
    due = many_figures()
    group = Group("2025-01", "US", "carpets", "fair", "kg")
    due[group] = due[group].plus(Measures(fob_centimes=1))
    found = verdict(Expected(due, Counter()))
    assert not found.agrees
    assert "DISAGREE: 504,000,000.00 MAD" in closing.conclusion(found)
    (line,) = closing.differences(found)
    assert line.startswith("2025-01 / US / carpets / fair / kg: ")
    assert "2,000,000.00" in line
    assert "2,000,000.01" in line


def test_a_default_that_only_the_platform_knows_is_told() -> None:
    default = Default("order/1", 1, date(2025, 2, 10), 5)
    found = verdict(Expected(many_figures(), Counter()), [default])
    assert not found.agrees
    (line,) = closing.differences(found)
    assert line.startswith("only the platform says: ")
    assert verdict(Expected(many_figures(), Counter(), [default]), [default]).agrees
