"""Events of insurance: the terms of risk rules, as data, so that a replay decides alike."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.event import Event
from contracts.values import LocalDate, Ordinal, Percent, Slug, WholeNumber

WaitingDays = Annotated[int, Field(ge=0, le=3650, strict=True)]


class InsuranceEvent(Event):
    owner: ClassVar[str] = "insurance"


class RuleTermsSet(InsuranceEvent):
    """From the end of `effective_on` the rule decides on these terms.

    Said to every partition. A trigger keeps the terms on which it was constituted.
    """

    rule: Slug
    rule_version: Ordinal
    set_on: LocalDate
    effective_on: LocalDate
    waiting_days: WaitingDays = Field(description="whole days that must pass after the due day")
    least_exposure_mad_centimes: WholeNumber
    cover_percent: Percent
