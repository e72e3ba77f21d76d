"""Terms of rules, as given / when / then. Today is 30 June 2025."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chassis.testkit import TODAY, given
from contracts.insurance import RuleTermsSet
from services.insurance.app import DECIDER
from services.insurance.domain import MOST_AHEAD, Rule, SetRuleTerms

STATED: dict[str, Any] = {
    "rule": "protracted-default",
    "effective_on": TODAY,
    "waiting_days": 180,
    "least_exposure_mad": "1000.50",
    "cover_percent": "90",
}


def command(**changes: object) -> SetRuleTerms:
    return SetRuleTerms.model_validate(STATED | changes)


def event(**changes: object) -> RuleTermsSet:
    stated = {
        "rule": "protracted-default",
        "rule_version": 1,
        "set_on": TODAY,
        "effective_on": TODAY,
        "waiting_days": 180,
        "least_exposure_mad_centimes": 100_050,
        "cover_percent": Decimal(90),
    }
    return RuleTermsSet.model_validate(stated | changes)


def test_the_first_terms_are_version_1() -> None:
    given(DECIDER).when(command()).then(event())


def test_other_terms_are_the_next_version() -> None:
    later = TODAY + timedelta(days=30)
    given(DECIDER, event(), event(rule_version=2, waiting_days=90)).when(
        command(effective_on=later, waiting_days=120)
    ).then(event(rule_version=3, effective_on=later, waiting_days=120))


@pytest.mark.parametrize("stated", [{}, {"cover_percent": "90.00"}])
def test_the_same_terms_again_change_nothing_on_any_day(stated: dict[str, str]) -> None:
    again = given(DECIDER, event()).when(command(**stated), TODAY + timedelta(days=100))
    again.then()


def test_terms_of_an_earlier_version_are_new_ones() -> None:
    history = given(DECIDER, event(), event(rule_version=2, waiting_days=90))
    history.when(command()).then(event(rule_version=3))


@pytest.mark.parametrize("name", ["waiting_days", "least_exposure_mad_centimes", "cover_percent"])
def test_whatever_differs_makes_other_terms(name: str) -> None:
    before = event(**{name: 10 if name != "cover_percent" else "10"})
    given(DECIDER, before).when(command()).then(event(rule_version=2))


def test_terms_do_not_work_backwards() -> None:
    yesterday = TODAY - timedelta(days=1)
    given(DECIDER).when(command(effective_on=yesterday)).then_refused("effective_in_the_past")


def test_terms_do_not_overtake_those_that_are_to_come() -> None:
    coming = given(DECIDER, event(effective_on=TODAY + timedelta(days=30)))
    day = TODAY + timedelta(days=29)
    coming.when(command(effective_on=day)).then_refused("effective_before_last")


@pytest.mark.parametrize(("days", "refusal"), [(0, []), (1, ["effective_too_far"])])
def test_terms_are_not_set_years_ahead(days: int, refusal: list[str]) -> None:
    day = TODAY + MOST_AHEAD + timedelta(days=days)
    first = given(DECIDER).when(command(effective_on=day))
    if refusal:
        first.then_refused(*refusal)
    else:
        first.then(event(effective_on=day))


def test_what_is_wrong_is_told_at_once() -> None:
    wrong = command(effective_on=date(2020, 1, 1), cover_percent="100.01")
    given(DECIDER).when(wrong).then_refused("effective_in_the_past", "cover_above_whole")


@pytest.mark.parametrize("percent", ["0", "100", "100.00"])
def test_all_or_nothing_may_be_covered(percent: str) -> None:
    given(DECIDER).when(command(cover_percent=percent)).then(event(cover_percent=percent))


def test_an_unknown_rule_is_not_found() -> None:
    given(DECIDER).when(command(rule="insolvency")).then_refused("rule_unknown")


def test_terms_are_in_force_from_their_day_on() -> None:
    second = event(rule_version=2, effective_on=TODAY + timedelta(days=30))
    rule = Rule(versions=(event(), second))

    assert rule.in_force(TODAY - timedelta(days=1)) is None
    assert rule.in_force(TODAY) == rule.in_force(TODAY + timedelta(days=29)) == event()
    assert rule.in_force(TODAY + timedelta(days=30)) == second
