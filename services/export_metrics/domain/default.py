"""The rule of protracted default, decided at the barrier of a day, when all sources closed it.

Source: the programme's table of risk triggers, row `protracted default` (invoice unpaid past due by
a private buyer; withdrawn when settled, disputed or extended), and what it says above the table: a
payment dated before constitution but learnt later withdraws, one dated after it supersedes; an open
dispute suspends; terms come as dated events.

- Constituted at the end of the first day that lies `waiting_days` after the due day, or of the day
  on which the last obstacle went. Its exposure is what is outstanding then.
- An extension that was agreed after the constitution leaves it as it is.
- A part payment dated before the constitution corrects the exposure: superseded, and constituted
  anew as the next episode. One dated after it is a recovery, which the insurer reads itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from contracts.export_metrics import (
    Evidence,
    RiskTriggerConstituted,
    RiskTriggerSuperseded,
    RiskTriggerWithdrawn,
)
from services.export_metrics.domain.invoice import Cause, Invoice, Standing
from services.export_metrics.domain.risk import TriggerEvent, trigger_id

RULE: Final = "protracted-default"
DEFINITION_VERSION = 1
SUBJECT_KIND = "invoice"

Ended = type[RiskTriggerWithdrawn] | type[RiskTriggerSuperseded]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of the rule from the end of `effective_on`, and the event that set them."""

    version: int
    effective_on: date
    waiting_days: int
    least_exposure: int
    cause: Cause

    def last_due_day(self, day: date) -> date:
        """The latest due day after which the waiting period is over at the end of `day`."""
        return day - timedelta(days=self.waiting_days)


def in_force(known: Iterable[Terms], day: date) -> Terms | None:
    """The latest version that is effective on `day`; None before there is one."""
    effective = [terms for terms in known if terms.effective_on <= day]
    return max(effective, key=lambda terms: terms.version, default=None)


def decide(invoice: Invoice, terms: Terms | None, day: date) -> tuple[Invoice, list[TriggerEvent]]:
    """What the rule says of an invoice at the end of `day`; without terms nothing new."""
    said: list[TriggerEvent] = []
    if invoice.standing and (why := _ends(invoice, invoice.standing)):
        ended, reason = why
        said.append(_ended(ended, invoice, invoice.standing, day, reason))
        invoice = replace(invoice, standing=None)
    if terms and _is_due(invoice, terms, day):
        exposed = invoice.exposure(on=day)
        standing = Standing(day, terms.version, terms.waiting_days, exposed)
        invoice = replace(invoice, episode=invoice.episode + 1, standing=standing)
        said.append(_constituted(invoice, standing, terms))
    return replace(invoice, undecided=()), said


def _ends(invoice: Invoice, standing: Standing) -> tuple[Ended, str] | None:
    """Why a default that stands does so no longer."""
    since = standing.constituted_on
    if invoice.void:
        return RiskTriggerWithdrawn, "order-cancelled"
    if not invoice.outstanding(on=since):
        return RiskTriggerWithdrawn, "paid-in-time"
    if not invoice.outstanding():
        return RiskTriggerSuperseded, "recovered"
    if invoice.disputes:
        return RiskTriggerWithdrawn, "disputed"
    if _days_after(invoice.due_as_agreed_by(since), since) < standing.waiting_days:
        return RiskTriggerWithdrawn, "extended"
    if invoice.exposure(on=since) != standing.exposed:
        return RiskTriggerSuperseded, "exposure-corrected"
    return None


def _is_due(invoice: Invoice, terms: Terms, day: date) -> bool:
    return (
        invoice.may_default()
        and _days_after(invoice.due_on, day) >= terms.waiting_days
        and invoice.exposure(on=day) >= max(terms.least_exposure, 1)
    )


def _days_after(due_on: date, day: date) -> int:
    return (day - due_on).days


def _constituted(invoice: Invoice, standing: Standing, terms: Terms) -> RiskTriggerConstituted:
    version = standing.rule_version
    return RiskTriggerConstituted(
        trigger_id=trigger_id(RULE, version, invoice.subject, invoice.episode),
        rule=RULE,
        rule_version=version,
        subject_kind=SUBJECT_KIND,
        subject=invoice.subject,
        episode=invoice.episode,
        knowledge_day=standing.constituted_on,
        exposed_mad_centimes=standing.exposed,
        evidence=_evidence([invoice.cause, terms.cause]),
    )


def _ended(
    ended: Ended, invoice: Invoice, standing: Standing, day: date, reason: str
) -> RiskTriggerWithdrawn | RiskTriggerSuperseded:
    version = standing.rule_version
    return ended(
        trigger_id=trigger_id(RULE, version, invoice.subject, invoice.episode),
        rule=RULE,
        rule_version=version,
        subject_kind=SUBJECT_KIND,
        subject=invoice.subject,
        episode=invoice.episode,
        knowledge_day=day,
        reason=reason,
        evidence=_evidence(invoice.undecided or [invoice.cause]),
    )


def _evidence(causes: Iterable[Cause]) -> tuple[Evidence, ...]:
    return tuple(Evidence.model_validate(cause._asdict()) for cause in causes)
