"""Deciding at the barrier of a day, when all sources closed it: pure, and in the same order always.

What was staged for the day is applied in the order (topic, offset), so that a topic which ran ahead
cannot overwrite what the day knew. Then each invoice that was spoken of, or whose waiting period is
over, is decided once, as it stands at the end of the day.
"""

from collections.abc import Sequence
from datetime import date

from chassis.folding.changes import Fact, Staged
from chassis.folding.fold import CaseRow, Decided, KnownAtBarrier, Ripe
from services.export_metrics.domain import default, invoice
from services.export_metrics.domain.default import Terms, in_force
from services.export_metrics.domain.events import (
    RULE_EVENTS,
    Disputed,
    Extended,
    Invoiced,
    OrderEnded,
    Paid,
    Placed,
    Settled,
    TermsSet,
)
from services.export_metrics.domain.exposure import NOBODY_KNOWN, Buyer, ExposureMovement
from services.export_metrics.domain.invoice import Invoice, cause_of

AllTerms = tuple[Terms, ...]
Case = Invoice | Buyer


class OrderRules:
    """The rule of protracted default, and what is owed: the cases are buyers of orders and their
    invoices, what they share are the terms of the rule."""

    case_type = Case
    shared_type = AllTerms
    nothing_shared: AllTerms = ()
    events = RULE_EVENTS

    def learn(self, shared: AllTerms, staged: Sequence[Staged]) -> AllTerms:
        """The first to set a version sets it."""
        known = {terms.version: terms for terms in reversed([*shared, *_terms_in(staged)])}
        return tuple(known[version] for version in sorted(known))

    def ripe(self, shared: AllTerms, day: date) -> Ripe | None:
        terms = in_force(shared, day)
        if terms is None:
            return None
        return Ripe(terms.last_due_day(day), max(terms.least_exposure, 1))

    def row(self, case: Case) -> CaseRow:
        if isinstance(case, Buyer):
            return CaseRow(case.order, case.order, None, 0)
        ripens_on = case.due_on if case.may_default() else None
        return CaseRow(case.subject, case.order, ripens_on, case.exposure())

    def decide(self, day: date, staged: Sequence[Staged], known: KnownAtBarrier) -> Decided:
        """Apply what is staged, in its order, and decide."""
        decided = Decided()
        for each in staged:
            if each.waits:
                count = decided.waiting.get(each.key, known.waiting.get(each.key, 0))
                decided.waiting[each.key] = count + each.waits
        invoices = {s: case for s, case in known.cases.items() if isinstance(case, Invoice)}
        buyers = {case.order: case for case in known.cases.values() if isinstance(case, Buyer)}
        _apply(staged, buyers, invoices)
        decided.cases |= {s: buyer for s, buyer in buyers.items() if s not in known.cases}
        waiting = {**known.waiting, **decided.waiting}
        terms = in_force(known.shared, day)
        if terms and waiting.get(terms.cause.subject):
            terms = None  # others may have taken their place: nobody is in default by these
        for subject, before in sorted(invoices.items()):
            after = before
            if not waiting.get(before.order):
                after, said = default.decide(before, terms, day)
                decided.said += said
            former = known.cases.get(subject)
            if after != former:
                decided.cases[subject] = after
                decided.movements += _owed(former, after)
        return decided


def _owed(former: Invoice | None, now: Invoice) -> list[ExposureMovement]:
    """What an invoice adds to what is owed, or takes away."""
    moved = now.receivable() - (former.receivable() if former else 0)
    return [ExposureMovement(now.debtor, moved)] if moved else []


def _terms_in(staged: Sequence[Staged]) -> list[Terms]:
    """The terms of the default rule that were set among what is staged."""
    return [
        Terms(
            version=event.version,
            effective_on=event.effective_on,
            waiting_days=event.waiting_days,
            least_exposure=event.least_exposure_mad_centimes,
            cause=cause_of(fact),
        )
        for fact in _facts_of(staged)
        if isinstance(event := fact.event, TermsSet) and event.rule == default.RULE
    ]


def _facts_of(staged: Sequence[Staged]) -> list[Fact]:
    return [each.fact for each in staged if each.fact is not None]


def _apply(
    staged: Sequence[Staged], buyers: dict[str, Buyer], invoices: dict[str, Invoice]
) -> None:
    """Apply the events of orders and their invoices."""
    for fact in _facts_of(staged):
        match fact.event:
            case Placed(debtor):
                buyers.setdefault(fact.subject, Buyer(fact.subject, debtor))
            case Invoiced(number) as event:
                buyer = buyers.get(fact.subject)
                owes = buyer.debtor if buyer else NOBODY_KNOWN
                subject = f"{fact.subject}/{number}"
                invoices.setdefault(subject, invoice.invoiced(fact, event, owes))
            case OrderEnded() as event:
                for subject in [s for s, known in invoices.items() if known.order == fact.subject]:
                    invoices[subject] = invoice.learnt(invoices[subject], fact, event)
            case Paid() | Extended() | Disputed() | Settled() as event:
                subject = f"{fact.subject}/{event.invoice}"
                if subject in invoices:
                    invoices[subject] = invoice.learnt(invoices[subject], fact, event)
            case _:
                pass
