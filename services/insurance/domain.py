"""The rules of rules: which there are, and what terms they can be given.

Terms are data and none are built in: a rule without terms is not in force. The programme's table of
risk triggers gives a protracted default 180 days of waiting (90 in other schemes) and up to 90 %
of cover.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5

from contracts.envelope import SOURCE_PREFIX
from contracts.insurance import RuleTermsSet, WaitingDays
from contracts.problem import Problem, Refusal, RefusedError, refused
from contracts.values import Command, LocalDate, Slug, Value, decimal_string

RULE_IDS = uuid5(NAMESPACE_URL, f"{SOURCE_PREFIX}rules")
KNOWN_RULES = {
    "protracted-default": "An invoice to a private buyer is unpaid long past its due day.",
}
"""Each rule that the fold decides on, by its slug, in one sentence."""

MOST_AHEAD = timedelta(days=366)
"""A slip of the pen in the year would keep out all other terms until then."""

WHOLE = Decimal(100)
MadAmount = Annotated[Decimal, *decimal_string(r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?")]
CoverPercent = Annotated[Decimal, *decimal_string(r"(0|[1-9][0-9]{0,2})(\.[0-9]{1,2})?")]


class RuleTerms(Command):
    """The terms on which a rule decides from the end of `effective_on`, today or later.

    `waiting_days` must pass after the due day; `least_exposure_mad` is in MAD, at most two
    decimals; `cover_percent` is of what is due, 0 to 100.
    """

    effective_on: LocalDate
    waiting_days: WaitingDays
    least_exposure_mad: MadAmount
    cover_percent: CoverPercent


class SetRuleTerms(RuleTerms):
    rule: Slug


class Rule(Value):
    """A rule with all versions of its terms, the first one first."""

    versions: tuple[RuleTermsSet, ...]

    def in_force(self, today: date) -> RuleTermsSet | None:
        """The terms on which `today` is decided when it is over."""
        reached = [terms for terms in self.versions if terms.effective_on <= today]
        return reached[-1] if reached else None


def decide(command: SetRuleTerms, rule: Rule | None, today: date) -> Sequence[RuleTermsSet]:
    """The same terms as the last ones, again, are no event.

    Raises RefusedError for an unknown rule, a cover above 100 %, and a day before today (terms must
    not work backwards), before that of the last terms, or more than MOST_AHEAD away.
    """
    check_known(command.rule)
    last = rule.versions[-1] if rule else None
    terms = _stated(command)
    if last and all(getattr(last, name) == value for name, value in terms.items()):
        return []
    if problems := _problems(command, last, today):
        raise RefusedError(Refusal.INVALID, *problems)
    version = last.rule_version + 1 if last else 1
    return [RuleTermsSet(rule=command.rule, rule_version=version, set_on=today, **terms)]


def evolve(rule: Rule | None, event: RuleTermsSet) -> Rule:
    return Rule(versions=(*(rule.versions if rule else ()), event))


def rule_id(rule: str) -> str:
    """The id of a rule, from its slug."""
    return str(uuid5(RULE_IDS, rule))


def check_known(rule: str) -> None:
    """Raises RefusedError, naming the known rules, for any other."""
    if rule not in KNOWN_RULES:
        known = ", ".join(KNOWN_RULES)
        raise refused(
            Refusal.NOT_FOUND, "rule_unknown", "rule", f"{rule} is no rule; there is {known}"
        )


def _stated(command: SetRuleTerms) -> dict[str, Any]:
    return {
        "effective_on": command.effective_on,
        "waiting_days": command.waiting_days,
        "least_exposure_mad_centimes": int(command.least_exposure_mad.scaleb(2)),
        "cover_percent": command.cover_percent,
    }


def _problems(command: SetRuleTerms, last: RuleTermsSet | None, today: date) -> list[Problem]:
    problems = []
    day, latest = command.effective_on, today + MOST_AHEAD
    if day < today:
        message = f"must be {today} or later: terms do not work backwards"
        problems.append(Problem("effective_in_the_past", "effective_on", message))
    elif last and day < last.effective_on:
        message = f"must not be before {last.effective_on}, when the last terms take effect"
        problems.append(Problem("effective_before_last", "effective_on", message))
    elif day > latest:
        message = f"must not be after {latest}"
        problems.append(Problem("effective_too_far", "effective_on", message))
    if command.cover_percent > WHOLE:
        problems.append(Problem("cover_above_whole", "cover_percent", "must be at most 100"))
    return problems
