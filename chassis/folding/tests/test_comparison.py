"""What a verification calls a difference."""

from collections.abc import Iterable

from chassis.folding.tests.decided import Word, decisions
from chassis.folding.verifying.comparison import (
    Difference,
    cursor_differences,
    decision_differences,
    figure_differences,
    repeated,
)
from chassis.folding.verifying.decisions import Due
from chassis.folding.verifying.live import Live, Outputs

FIGURES: Outputs = {"cell": b"1", "closed": b"2"}
SAID = Word("said", b"3")
"""Constituted, and due without a predecessor."""
FORMER, ITS_END = Word("former", b"4"), Word("former", b"5", ordinal=2)
OWN, OWN_END = Word("own", b"6"), Word("own", b"7", ordinal=2)


def live(before: Iterable[Word], later: Iterable[Word] = ()) -> Live:
    """These stand on the topic, in their order; the `later` ones were said after the cut."""
    before, after = list(before), decisions([*before, *later])
    return Live({}, FIGURES, decisions(before).found, after.found, after.again)


def due(*own: Word, former: Iterable[Word] | None = None) -> Due:
    """What is due; `former` when there is a predecessor."""
    told = decisions(former or ()).found
    return Due(decisions(own).found, told, succeeds=former is not None)


def compared(with_: Live, owed: Due) -> list[tuple[str, str, bytes | None, bytes | None]]:
    """What differs of decisions, without the partition."""
    found = [*repeated(7, with_, owed), *decision_differences(7, with_, owed)]
    return [each[1:] for each in found]


def test_what_is_alike_does_not_differ() -> None:
    assert list(figure_differences(7, live([SAID]), FIGURES)) == []
    assert compared(live([SAID]), due(SAID)) == []


def test_a_figure_too_many_too_few_or_another_one_differs() -> None:
    other = live([])._replace(statistics={"cell": b"9", "more": b"4"})

    assert list(figure_differences(7, other, FIGURES)) == [
        Difference(7, "statistics", "cell", b"9", b"1"),
        Difference(7, "statistics", "closed", None, b"2"),
        Difference(7, "statistics", "more", b"4", None),
    ]


def test_a_cursor_that_says_more_is_out_than_was_closed_differs() -> None:
    closed = {"orders": 10, "exports": 7}

    assert list(cursor_differences(7, {"orders": 10, "exports": 6}, closed)) == []
    assert list(cursor_differences(7, {"orders": 11, "rules": 1}, closed)) == [
        Difference(7, "cursor", "orders", b"11", b"10"),
        Difference(7, "cursor", "rules", b"1", b"0"),
    ]


def test_a_trigger_that_is_said_after_the_cut_is_not_compared() -> None:
    assert compared(live([SAID], [Word("later", b"5")]), due(SAID)) == []


def test_a_trigger_without_a_reason_in_the_log_differs() -> None:
    made_up = Word("made up", b"6")

    assert compared(live([SAID, made_up]), due(SAID)) == [("trigger", made_up.id, b"6", None)]
    assert compared(live([]), due(SAID)) == [("trigger", SAID.id, None, b"3")]


def test_a_trigger_that_is_said_twice_differs_whoever_told_it() -> None:
    again = [("trigger said again", SAID.id, b"3", b"3")]

    assert compared(live([SAID, SAID]), due(SAID)) == again
    assert compared(live([SAID, SAID]), due(former=[SAID])) == again
    assert [each[1:] for each in repeated(7, live([SAID, SAID]), due())] == [
        ("trigger said again", SAID.id, b"3", None)
    ]


def test_a_trigger_is_constituted_once_and_ended_once_whatever_the_ids() -> None:
    once_more = SAID._replace(id_="another", value=b"9")

    first = compared(live([SAID, once_more]), due(SAID))
    of_former = compared(live([FORMER, ITS_END, ITS_END._replace(id_="x")]), due(former=[FORMER]))

    assert first == [("trigger said again", "another", b"9", None)]
    assert of_former[0] == ("trigger said again", "x", b"5", None)


def test_what_is_due_since_the_take_over_is_compared_one_by_one() -> None:
    owed = due(OWN, OWN_END, former=[FORMER])
    forged = OWN._replace(value=b"9")

    assert compared(live([FORMER, OWN, OWN_END]), owed) == []
    assert compared(live([FORMER, forged, OWN_END]), owed) == [("trigger", OWN.id, b"9", b"6")]
    assert compared(live([FORMER, OWN]), owed) == [("trigger", OWN_END.id, None, b"7")]
    assert compared(live([FORMER]), owed) == [
        ("trigger", OWN.id, None, b"6"),
        ("trigger", OWN_END.id, None, b"7"),
    ]


def test_after_the_first_of_its_own_there_is_nothing_of_its_predecessor() -> None:
    """Not even what was constituted and ended at once, so that nothing of it stands."""
    passing = [Word("passing", b"8"), Word("passing", b"9", ordinal=2)]
    owed = due(OWN, former=[FORMER])

    assert compared(live([FORMER, *passing, OWN]), owed) == []
    assert compared(live([FORMER, OWN, *passing]), owed) == [
        ("trigger", passing[0].id, b"8", None),
        ("trigger", passing[1].id, b"9", None),
    ]
    assert compared(live([FORMER, OWN], passing), owed) == []


def test_of_what_a_predecessor_told_that_counts_which_stands() -> None:
    owed = due(former=[FORMER])

    assert compared(live([FORMER._replace(id_="in its words")]), owed) == []
    assert compared(live([FORMER._replace(value=b"9")]), owed) == [
        ("standing", "former", b"9", b"4")
    ]
    assert compared(live([]), owed) == [("standing", "former", None, b"4")]
    assert compared(live([FORMER]), due(former=[])) == [("standing", "former", b"4", None)]
    assert compared(live([FORMER, ITS_END]), due(former=[])) == []


def test_what_stands_by_the_log_was_not_to_be_ended_before_the_cut() -> None:
    owed = due(former=[FORMER])

    assert compared(live([FORMER, ITS_END]), owed) == [("ended", "former", b"5", None)]
    assert compared(live([FORMER], [ITS_END]), owed) == []
    assert compared(live([FORMER, ITS_END]), due(ITS_END, former=[FORMER])) == []


def test_what_has_no_place_was_never_told_by_any() -> None:
    foreign = Word("", b"\0", ordinal=0)

    assert compared(live([foreign, FORMER]), due(former=[FORMER])) == [
        ("trigger", foreign.id, b"\0", None)
    ]
