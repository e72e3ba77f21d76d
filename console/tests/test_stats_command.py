"""`zarbia stats` and `zarbia indicators`: what is asked, and what people see."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.__main__ import app
from console.commands import indicators, stats
from console.stats.asking import Query

MEASURES = {
    "value_mad": "1230000000.50", "previous_mad": "1000.00", "growth_percent": None,
    "contribution_points": "13.00", "share_percent": "100.00", "share_change_points": "-0.50",
    "like_lag_value_mad": None, "like_lag_previous_mad": None, "like_lag_growth_percent": None,
    "women_led_share_percent": "47.00", "women_led_coverage_percent": "90.00",
    "reasons": {"growth_percent": "not-meaningful", "like_lag_growth_percent": "vintage-not-kept"},
}  # fmt: skip
COMPARED: dict[str, Any] = {
    "status_line": "provisional: customs has spoken to 30 November 2025; held 0",
    "period": {"first_month": "2025-01", "last_month": "2025-11"},
    "previous_period": {"first_month": "2024-01", "last_month": "2024-11"},
    "by": ["partner"],
    "rows": [MEASURES | {"group": {"partner": "US"}, "rank": 1}],
    "total": MEASURES,
    "like_lag": {"days": None},
    "concentration": {"lower": "2345", "upper": "2400"},
    "explanations": {"not-meaningful": "too small", "vintage-not-kept": "not kept"},
}
FIGURES: dict[str, Any] = {
    "status": "revised",
    "status_line": "revised: customs has spoken to 30 November 2025; held 2",
    "by": ["unit"],
    "rows": [
        {"unit": None, "fob_value_mad": "-1234.50", "net_mass_kg": "1.000", "quantity": None,
         "shipments": 1_000}
    ],
    "total": {"fob_value_mad": "-1234.50", "net_mass_kg": "1.000", "quantity": None,
              "shipments": 1_000},
}  # fmt: skip

Run = Callable[..., tuple[Result, list[tuple[str, Query]]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command against these answers; gives its result and what it asked for."""

    def run_(*arguments: str, columns: str = "100") -> tuple[Result, list[tuple[str, Query]]]:
        asked: list[tuple[str, Query]] = []

        def ask(_: Path | None, path: str, query: Query) -> dict[str, Any]:
            asked.append((path, query))
            return COMPARED if path == "/v1/indicators" else FIGURES

        monkeypatch.setattr(indicators, "ask", ask)
        monkeypatch.setattr(stats, "ask", ask)
        monkeypatch.setenv("COLUMNS", columns)
        return CliRunner().invoke(app, arguments), asked

    return run_


def test_indicators_as_a_table_with_reasons_below(run: Run) -> None:
    result, _ = run("indicators", "--period", "2025-01..2025-11")

    lines = [line.strip() for line in result.stdout.splitlines() if line.strip()]
    assert lines[0] == "Exports, FOB in MAD, 2025-01..2025-11 on 2024-01..2024-11"
    row = "1,230,000,000 1,000 —¹ —² 13.00 100.00 -0.50"
    assert [" ".join(line.split()) for line in lines if "—" in line] == [
        f"1 United States {row}",
        f"total {row}",
    ]
    assert lines[-5:] == [
        "provisional: customs has spoken to 30 November 2025; held 0",
        "women-led: 47.00 %; known of 90.00 % of the value",
        "concentration (HHI, 0 to 10,000): 2,345 to 2,400, by who the unknown are",
        "¹ too small",
        "² not kept",
    ]


def test_indicators_for_programs(run: Run) -> None:
    as_json, asked = run(
        *("indicators", "--period", "2025", "--by", "partner,region", "--known-on", "2025-12-31"),
        *("--lag-days", "5", "--where", "partner=US", "--where", "partner=FR", "--format", "json"),
    )
    as_csv, _ = run("indicators", "--period", "2025", "--format", "csv")

    assert json.loads(as_json.stdout) == COMPARED
    (query,) = asked
    assert query == (
        "/v1/indicators",
        [
            ("period", "2025"),
            ("by", "partner,region"),
            ("partner", "US"),
            ("partner", "FR"),
            ("known_on", "2025-12-31"),
            ("lag_days", "5"),
        ],
    )
    (row,) = csv.DictReader(io.StringIO(as_csv.stdout))
    assert (row["partner"], row["rank"], row["value_mad"]) == ("US", "1", "1230000000.50")
    assert row["growth_percent"] == ""
    assert row["reasons"].startswith("growth_percent=not-meaningful;")


def test_stats_say_what_they_rest_on(run: Run) -> None:
    result, asked = run("stats", "--by", "unit", "--known-on", "2025-12-31")

    assert asked == [("/v1/statistics", [("by", "unit"), ("known_on", "2025-12-31")])]
    assert "-1,234.50" in result.stdout
    assert "none" in result.stdout
    assert FIGURES["status_line"] in result.stdout


def test_no_figure_is_cut_on_a_narrow_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # given three dimensions and figures that together are wider than the terminal
    group = {"partner": "US", "month": "2025-01", "product_group": "clothing-and-embroidery"}
    figures = {"fob_value_mad": "2240170000.00", "net_mass_kg": "19045473.500",
               "quantity": "1234567.00", "shipments": 4_250}  # fmt: skip
    monkeypatch.setitem(FIGURES, "by", [*group])
    monkeypatch.setitem(FIGURES, "rows", [group | figures])
    monkeypatch.setitem(FIGURES, "total", figures)

    # when they are shown
    result, _ = run("stats", "--by", ",".join(group), columns="80")

    # then names are folded, and each figure stands whole
    for figure in ("2,240,170,000.00", "19,045,473.500", "1,234,567.00", "4,250"):
        assert result.stdout.count(figure) == 2
    assert "…" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    "wrong",
    [
        ["stats", "--known-on", "yesterday"],
        ["stats", "--where", "partner"],
        ["stats", "--where", "by=partner"],
        ["indicators", "--period", "2025", "--where", "period=2024"],
        ["indicators", "--period", "2025", "--lag-days", "-1"],
        ["indicators"],
    ],
)
def test_wrong_options_are_refused_before_anything_is_asked(run: Run, wrong: list[str]) -> None:
    result, asked = run(*wrong)

    assert (result.exit_code, asked) == (2, [])
