"""What the demonstration shows fits the terminal, and says what it should elsewhere."""

import io
from collections import Counter
from datetime import date

import pytest
from rich.console import Console

from console.demo import closing
from console.demo.board import Board
from console.demo.dated import Scenario
from console.demo.figures import Group, Measures, differences
from console.demo.oracle import Expected
from console.demo.platform import Reading
from console.demo.run import Verdict
from console.demo.screen import final_view, live_view, make_screen
from console.demo.tables import mad, share


def board_of_many() -> Board:
    seconds = iter(range(1000))
    board = Board(Scenario(), 4000, lambda: next(seconds))
    partners = ("US", "FR", "ES", "GB", "CI", "ZZ", "DE", "IT", "JP", "AE", "SA", "CA", "BE", "NL")
    board.reading = Reading(
        {
            Group(month, partner, group, "fair", "kg"): Measures(2_000_000_00, 1, 1, 34)
            for month in ("2025-01", "2025-02", "2025-03")
            for partner in partners
            for group in ("pottery-stone", "carpets", "clothing", "leather", "metal", "wood")
        }
    )
    board.day = date(2025, 2, 12)
    board.carried_out(1234)
    board.seen_after(0.038)
    return board


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (120, 40)])
def test_the_live_screen_fits_the_terminal(width: int, height: int) -> None:
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True)
    lines = console.render_lines(live_view(board_of_many(), width, height))
    text = ["".join(segment.text for segment in line) for line in lines]
    assert len(text) < height
    assert all(len(line) <= width for line in text)
    assert any("others" in line for line in text)
    assert sum(line.count("504,000,000") for line in text) == 3, "a number is cut"


@pytest.mark.parametrize("width", [80, 120])
def test_the_last_tables_show_every_group_to_the_centime(width: int) -> None:
    console = Console(file=io.StringIO(), width=width, record=True)
    console.print(final_view(board_of_many(), width))
    text = console.export_text()
    assert "others" not in text
    assert "Côte d'Ivoire" in text
    assert "504,000,000.00" in text


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


def test_a_single_centime_off_is_told_with_its_group() -> None:
    board = board_of_many()
    due = dict(board.reading.figures)
    group = Group("2025-01", "US", "carpets", "fair", "kg")
    due[group] = due[group].plus(Measures(fob_centimes=1))
    expected = Expected(due, Counter())
    verdict = Verdict(expected, differences(board.reading.figures, due), Counter(), 1.0, 0.0)
    assert not verdict.agrees
    assert "DISAGREE: 504,000,000.00 MAD" in closing.conclusion(board, verdict)
    (line,) = closing.differences(board, verdict)
    assert line.startswith("2025-01 / US / carpets / fair / kg: ")
    assert "2,000,000.00" in line
    assert "2,000,000.01" in line
