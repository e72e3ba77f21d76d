"""What answers say of themselves: status, completeness of sources, figures as known on a day."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.export_metrics import Contribution
from services.export_metrics.domain.figures import FIGURES_REST_ON
from services.export_metrics.tests.picture import ask, closed, contribution, picture

ORDERS = "orders.orders.v1"
FEBRUARY_ENDS = date(2026, 2, 28)


def test_a_month_is_provisional_once_all_partitions_closed_it() -> None:
    figures = picture(contribution(1, month="2026-02", day=date(2026, 2, 10)), partitions=2)
    figures.apply(0, [closed(FEBRUARY_ENDS)])
    waiting = ask(figures, "month")

    figures.apply(1, [closed(date(2026, 3, 5))])

    assert (waiting.status, waiting.knowledge.closed_through) == ("flash", None)
    answer = ask(figures, "month")
    assert answer.status == "provisional"
    assert answer.knowledge.closed_through == FEBRUARY_ENDS
    assert answer.knowledge.open_day == date(2026, 3, 1)
    assert answer.period is not None
    assert answer.period.first_complete_on == FEBRUARY_ENDS


def test_a_month_that_is_not_over_is_flash() -> None:
    figures = picture(contribution(day=date(2026, 3, 2)), closed(date(2026, 3, 30)))

    assert ask(figures, month="2026-03").status == "flash"
    assert ask(figures, month="2026-02").status == "provisional", "over, and nothing was exported"


def test_what_becomes_known_later_makes_it_flash_and_then_revised() -> None:
    figures = picture(
        contribution(5, month="2026-02", day=date(2026, 2, 10)),
        closed(FEBRUARY_ENDS),
        contribution(-1, month="2026-02", day=date(2026, 3, 1)),
    )
    open_day = ask(figures)

    figures.apply(0, [closed(date(2026, 3, 1))])

    assert open_day.status == "flash"
    assert ask(figures).status == "revised"
    assert ask(figures, known_on=FEBRUARY_ENDS).status == "provisional"
    assert ask(figures, known_on=date(2026, 2, 27)).status == "flash"


def test_what_came_to_nothing_changes_no_status() -> None:
    figures = picture(
        contribution(5, month="2026-02", day=date(2026, 2, 10)),
        contribution(0, month="2026-02", day=date(2026, 3, 1)),
        closed(date(2026, 3, 1)),
    )

    assert ask(figures).status == "provisional"


def test_the_first_day_of_all_revises_nothing() -> None:
    """What is loaded of years past was never known before."""
    loaded = contribution(5, month="2024-12", day=date(2026, 3, 2))
    figures = picture(loaded, closed(date(2026, 3, 3)))
    provisional = ask(figures).status

    figures.apply(0, [contribution(5, month="2024-12", partner="US", day=date(2026, 3, 3))])

    assert provisional == "provisional"
    assert ask(figures).status == "revised"


def test_without_anything_there_is_no_period() -> None:
    answer = ask(picture())

    assert (answer.status, answer.period) == ("flash", None)
    assert answer.status_line == "flash: customs has spoken in 0 of 1 partitions; held 0"


def test_each_source_says_how_far_it_has_spoken() -> None:
    figures = picture(contribution(month="2026-02"), partitions=2)
    figures.apply(0, [closed(date(2026, 3, 12), held=2, sources={ORDERS: date(2026, 2, 20)})])
    figures.apply(1, [closed(date(2026, 3, 13), held=1, sources={ORDERS: date(2026, 3, 20)})])

    answer = ask(figures)

    customs, orders = answer.sources
    assert (customs.topic, customs.needed, customs.closed_through) == (
        FIGURES_REST_ON,
        True,
        date(2026, 3, 12),
    )
    assert (customs.words, customs.partitions_closed, customs.partitions) == (
        "customs has spoken to 12 March 2026",
        2,
        2,
    )
    assert (orders.needed, orders.closed_through) == (False, date(2026, 2, 20))
    assert orders.partitions_closed == 1, "the other has not closed February"
    assert (answer.status, answer.held) == ("provisional", 3), "orders are not waited for"
    assert answer.status_line == "provisional: customs has spoken to 12 March 2026; held 3"


def test_closings_from_before_sources_were_told_are_read() -> None:
    (customs,) = ask(picture(closed(date(2026, 3, 12)))).sources

    assert customs.closed_through == date(2026, 3, 12)


def test_as_known_on_a_day_is_what_had_been_contributed_by_then() -> None:
    figures = picture(
        contribution(100, day=date(2026, 3, 2)),
        contribution(-30, day=date(2026, 3, 4)),
        closed(date(2026, 3, 4)),
    )

    assert ask(figures, known_on=date(2026, 3, 1)).total.fob_value_mad == "0.00"
    assert ask(figures, known_on=date(2026, 3, 3)).total.fob_value_mad == "1.00"
    assert ask(figures, known_on=date(2026, 3, 4)).total.fob_value_mad == "0.70"
    answer = ask(figures, known_on=date(2026, 3, 3))
    assert answer.knowledge.known_on == date(2026, 3, 3)
    assert answer.status_line.startswith("flash as known on 3 March 2026: ")


DAYS = st.dates(date(2026, 2, 1), date(2026, 4, 30))
CONTRIBUTIONS = st.builds(
    lambda fob, day, month: contribution(fob, day=day, month=month),
    st.integers(-500, 500),
    DAYS,
    st.sampled_from(["2026-02", "2026-03"]),
)


@settings(deadline=None)
@given(st.lists(CONTRIBUTIONS, max_size=8), DAYS)
def test_known_on_the_last_closed_day_is_now_where_nothing_is_open(
    contributions: list[Contribution], through: date
) -> None:
    known = [one for one in contributions if one.knowledge_day <= through]
    figures = picture(*known, closed(through))

    now, then = ask(figures, "month"), ask(figures, "month", known_on=through)

    assert (then.rows, then.total, then.status) == (now.rows, now.total, now.status)


@settings(deadline=None)
@given(st.lists(CONTRIBUTIONS, max_size=8), DAYS, DAYS)
def test_what_is_contributed_later_does_not_change_what_was_known(
    contributions: list[Contribution], known_on: date, through: date
) -> None:
    known_on, through = min(known_on, through), max(known_on, through)
    earlier = [one for one in contributions if one.knowledge_day <= known_on]

    before = ask(picture(*earlier, closed(known_on)), "month", known_on=known_on)
    after = ask(picture(*contributions, closed(through)), "month", known_on=known_on)

    assert (after.rows, after.total, after.status) == (before.rows, before.total, before.status)
