"""What the indicators answer, from contributions to decimal strings."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.export_metrics import Contribution
from services.export_metrics.picture.figures import NationalFigures, Window
from services.export_metrics.picture.indicator_answers import (
    GroupIndicators,
    IndicatorsAnswer,
    indicators,
)
from services.export_metrics.picture.period import Period
from services.export_metrics.picture.questions import Question
from services.export_metrics.picture.series import SeriesAnswer, Years, series
from services.export_metrics.picture.unit_values import unit_values
from services.export_metrics.tests.picture import closed, contribution, picture

FEBRUARIES = Period.parse("2026-02")
LATER = date(2026, 3, 31)


def february(
    fob: int,
    year: int = 2026,
    *,
    day: date | None = None,
    partner: str = "FR",
    women_led: str = "yes",
) -> Contribution:
    return contribution(
        fob,
        month=f"{year}-02",
        day=day or date(year, 2, 15),
        partner=partner,
        women_led=women_led,
    )


def two_years(*more: Contribution) -> NationalFigures:
    """112.00 MAD of February 2026 on 100.00 of February 2025."""
    return picture(
        february(6_000, 2025, partner="US"), february(7_000, 2026, partner="US"),
        february(3_000, 2025, partner="FR"), february(3_100, 2026, partner="FR"),
        february(1_000, 2025, partner="ZZ"), february(1_000, 2026, partner="ZZ"),
        february(100, 2026, partner="ES"),
        *more,
        closed(LATER),
    )  # fmt: skip


def of_partners(
    figures: NationalFigures, *, lag_days: int | None = None, floor: int = 0
) -> IndicatorsAnswer:
    question = Question(FEBRUARIES, ["partner"], {}, lag_days=lag_days, floor=floor)
    return indicators(figures, question)


def by_partner(answer: IndicatorsAnswer) -> dict[str | None, GroupIndicators]:
    return {row.group["partner"]: row for row in answer.rows}


def test_a_period_is_compared_with_the_same_months_of_the_year_before() -> None:
    answer = of_partners(two_years())

    assert (answer.total.value_mad, answer.total.previous_mad) == ("112.00", "100.00")
    assert answer.total.growth_percent == "12.00"
    rows = by_partner(answer)
    assert list(rows) == ["US", "FR", "ZZ", "ES"], "the largest first"
    us = rows["US"]
    assert (us.growth_percent, us.contribution_points) == ("16.67", "10.00")
    assert (us.share_percent, us.share_change_points) == ("62.50", "2.50")
    assert answer.period is not None
    assert (answer.status, answer.previous_period.ends_on) == ("provisional", date(2025, 2, 28))


def test_what_is_unknown_is_shown_and_not_ranked() -> None:
    answer = of_partners(two_years())

    ranks = {partner: row.rank for partner, row in by_partner(answer).items()}
    assert ranks == {"US": 1, "FR": 2, "ZZ": None, "ES": 3}
    assert by_partner(answer)["ZZ"].reasons["rank"] == "unknown-not-ranked"
    assert by_partner(answer)["ZZ"].share_percent == "8.93"
    assert answer.concentration is not None
    assert (answer.concentration.lower, answer.concentration.upper) == ("4673", "5869")


def test_a_new_group_and_a_small_base_have_no_growth_but_contribute() -> None:
    answer = of_partners(two_years(), floor=2_000)

    rows = by_partner(answer)
    assert (rows["ES"].growth_percent, rows["ES"].reasons["growth_percent"]) == (None, "new")
    assert rows["ES"].contribution_points == "1.00"
    assert rows["ZZ"].reasons["growth_percent"] == "not-meaningful"
    assert answer.explanations["not-meaningful"] == "the base is too small to compare with"
    assert answer.growth_floor_mad == "20.00"


def test_an_open_period_has_shares_but_is_not_compared() -> None:
    figures = picture(february(100, 2025), february(50, 2026), closed(date(2026, 2, 20)))

    answer = of_partners(figures)

    assert answer.status == "flash"
    assert answer.total.share_percent == "100.00"
    for name in "growth_percent", "contribution_points", "share_change_points":
        assert getattr(answer.total, name) is None
        assert answer.total.reasons[name] == "period-open"
    assert answer.like_lag.reason == "period-open"


def test_at_the_same_lag_later_corrections_of_last_year_are_left_out() -> None:
    figures = two_years(february(900, 2025, partner="FR", day=date(2025, 6, 1)))

    answer = of_partners(figures)

    assert answer.like_lag.days == 31
    assert answer.like_lag.previous_known_on == date(2025, 3, 31)
    assert (answer.total.previous_mad, answer.total.growth_percent) == ("109.00", "2.75")
    assert answer.total.like_lag_previous_mad == "100.00"
    assert answer.total.like_lag_growth_percent == "12.00"
    assert answer.previous_period.status == "revised"


def test_a_lag_may_be_chosen() -> None:
    figures = two_years(february(600, 2026, partner="FR", day=date(2026, 3, 10)))

    assert of_partners(figures, lag_days=5).total.like_lag_growth_percent == "12.00"
    assert of_partners(figures, lag_days=10).total.like_lag_growth_percent == "18.00"


def test_a_lag_before_the_first_knowledge_day_cannot_be_compared() -> None:
    loaded = date(2026, 1, 10)
    figures = picture(february(50, 2025, day=loaded), february(60, 2026), closed(LATER))

    answer = of_partners(figures)

    assert answer.total.growth_percent == "20.00"
    assert answer.total.like_lag_growth_percent is None
    assert answer.total.reasons["like_lag_growth_percent"] == "vintage-not-kept"


def test_women_led_is_a_share_of_what_is_known_with_its_coverage() -> None:
    figures = picture(
        february(300, women_led="yes"),
        february(100, women_led="no"),
        february(600, women_led="unknown"),
        closed(LATER),
    )

    total = of_partners(figures).total

    assert (total.women_led_share_percent, total.women_led_coverage_percent) == ("75.00", "40.00")


def test_without_groups_there_is_the_whole_alone() -> None:
    answer = indicators(two_years(), Question(FEBRUARIES, [], {"partner": ["US", "FR"]}))

    assert (answer.rows, answer.concentration) == ([], None)
    assert (answer.total.value_mad, answer.total.contribution_points) == ("101.00", "12.22")


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["FR", "US", "ES", "ZZ"]),
            st.sampled_from([2025, 2026]),
            st.sampled_from(["yes", "no", "unknown"]),
            st.integers(-500, 5_000),
        ),
        max_size=12,
        unique_by=lambda row: row[:3],
    )
)
def test_groups_add_up_to_the_whole_in_whatever_order_they_came(
    rows: list[tuple[str, int, str, int]],
) -> None:
    events = [february(fob, year, partner=p, women_led=w) for p, year, w, fob in rows]

    answer = of_partners(picture(*events, closed(LATER)))

    assert answer == of_partners(picture(*reversed(events), closed(LATER)))
    for name in "value_mad", "previous_mad", "like_lag_previous_mad", "contribution_points":
        whole = getattr(answer.total, name)
        if whole is not None and answer.rows:
            parts = (Decimal(getattr(row, name)) for row in answer.rows)
            assert sum(parts, Decimal(0)) == Decimal(whole)


def years(figures: NationalFigures, base: int = 2024) -> SeriesAnswer:
    return series(figures, Years(2024, 2026, base), ["partner"], {}, None)


def test_years_have_an_index_and_an_average_growth() -> None:
    figures = picture(
        february(100, 2024), february(110, 2025), february(121, 2026), closed(date(2026, 12, 31))
    )

    answer = years(figures)

    (row,) = answer.rows
    assert row.group == {"partner": "FR"}
    assert [value.index for value in row.values] == ["100.00", "110.00", "121.00"]
    assert (row.cagr_percent, answer.series) == ("10.00", "2024=100")
    assert [value.index for value in years(figures, base=2025).total.values] == [
        "90.91",
        "100.00",
        "110.00",
    ]


def test_an_open_year_has_no_index_and_ends_no_average_growth() -> None:
    figures = picture(february(100, 2024), february(121, 2026), closed(LATER))

    total = years(figures).total

    assert [(value.index, value.reason) for value in total.values] == [
        ("100.00", None),
        ("0.00", None),
        (None, "period-open"),
    ]
    assert (total.cagr_percent, total.reason) == (None, "period-open")


def test_unit_values_show_what_they_cover() -> None:
    figures = picture(
        contribution(30_000, month="2026-02", quantity=6_000),
        contribution(10_000, month="2026-02"),
        contribution(10_000, month="2026-01", quantity=1),
        closed(LATER),
    )

    answer = unit_values(figures, {}, Window(FEBRUARIES, None))

    missing, stated = answer.rows
    assert (stated.unit, stated.unit_value_mad, stated.coverage_percent) == ("m2", "50.00", "75.00")
    assert (missing.unit, missing.value_mad, missing.unit_value_mad) == (None, "100.00", None)
    assert missing.reasons == {"unit_value_mad": "no-quantity", "coverage_percent": "no-quantity"}
