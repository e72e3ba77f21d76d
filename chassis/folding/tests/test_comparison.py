"""What a verification calls a difference."""

from chassis.folding.verifying.comparison import Difference, differences
from chassis.folding.verifying.live import Live, Outputs

FIGURES: Outputs = {"cell": b"1", "closed": b"2"}
TRIGGERS: Outputs = {"said": b"3"}


LIVE = Live({}, FIGURES, TRIGGERS, TRIGGERS, triggers_again={})


def compared(with_: Live) -> list[Difference]:
    return list(differences(7, with_, FIGURES, TRIGGERS))


def test_what_is_alike_does_not_differ() -> None:
    assert compared(LIVE) == []


def test_a_figure_too_many_too_few_or_another_one_differs() -> None:
    found = compared(LIVE._replace(statistics={"cell": b"9", "more": b"4"}))

    assert found == [
        Difference(7, "statistics", "cell", b"9", b"1"),
        Difference(7, "statistics", "closed", None, b"2"),
        Difference(7, "statistics", "more", b"4", None),
    ]


def test_a_trigger_that_is_said_after_the_cut_is_not_compared() -> None:
    assert compared(LIVE._replace(triggers_after=TRIGGERS | {"later": b"5"})) == []


def test_a_trigger_without_a_reason_in_the_log_differs() -> None:
    made_up = TRIGGERS | {"made up": b"6"}

    found = compared(LIVE._replace(triggers_before=made_up, triggers_after=made_up))

    assert found == [Difference(7, "trigger", "made up", b"6", None)]


def test_a_trigger_that_is_said_twice_differs() -> None:
    found = compared(LIVE._replace(triggers_again=TRIGGERS))

    assert found == [Difference(7, "trigger said again", "said", b"3", b"3")]
