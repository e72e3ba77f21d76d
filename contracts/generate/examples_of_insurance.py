"""The golden example of insurance: the terms of protracted default."""

from datetime import UTC, date, datetime
from decimal import Decimal

from contracts import insurance
from contracts.generate.example import Example, example_id
from contracts.topics import INSURANCE_RULES

PROTRACTED_DEFAULT = example_id("rule/protracted-default")


def insurance_examples() -> tuple[Example, ...]:
    terms = insurance.RuleTermsSet(
        rule="protracted-default",
        rule_version=1,
        set_on=date(2026, 9, 24),
        effective_on=date(2026, 10, 1),
        waiting_days=180,
        least_exposure_mad_centimes=100_000,
        cover_percent=Decimal(90),
    )
    time = datetime(2026, 9, 24, 10, 0, tzinfo=UTC)
    rule = PROTRACTED_DEFAULT
    return (Example(terms, "insurance", INSURANCE_RULES.name, rule, rule, 1, time, partition=0),)
