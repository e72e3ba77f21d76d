"""Deciding at the barrier of a day, when all sources closed it: pure, and in the same order always.

What was staged for the day is applied in the order (topic, offset), so that a topic which ran ahead
cannot overwrite what the day knew. Then each invoice that was spoken of, or whose waiting period is
over, is decided once, as it stands at the end of the day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.export_metrics.domain import default, invoice
from services.export_metrics.domain.changes import Staged
from services.export_metrics.domain.default import Terms, in_force
from services.export_metrics.domain.events import (
    Disputed,
    Extended,
    Fact,
    Invoiced,
    OrderEnded,
    Paid,
    Settled,
    TermsSet,
)
from services.export_metrics.domain.invoice import Invoice, cause_of
from services.export_metrics.domain.risk import TriggerEvent


@dataclass(frozen=True, slots=True)
class KnownAtBarrier:
    """What the ledger holds of the things that a day is about.

    `invoices` are those of the orders that were spoken of or released, and those that are due by
    time alone; `waiting` counts, for each key that waits, for how many things.
    """

    terms: tuple[Terms, ...]
    invoices: Mapping[str, Invoice]
    waiting: Mapping[str, int]


@dataclass(slots=True)
class Decided:
    """What a barrier changes: invoices by their subject, counts of `waiting` by key."""

    invoices: dict[str, Invoice] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    said: list[TriggerEvent] = field(default_factory=list)


def terms_in(staged: Iterable[Staged]) -> list[Terms]:
    """The terms of the default rule that were set among what is staged."""
    return [
        Terms(
            version=event.version,
            effective_on=event.effective_on,
            waiting_days=event.waiting_days,
            least_exposure=event.least_exposure_mad_centimes,
            cause=cause_of(fact),
        )
        for fact in facts_of(staged)
        if isinstance(event := fact.event, TermsSet) and event.rule == default.RULE
    ]


def facts_of(staged: Iterable[Staged]) -> list[Fact]:
    return [each.fact for each in staged if each.fact is not None]


def decide_day(day: date, staged: Sequence[Staged], known: KnownAtBarrier) -> Decided:
    """Apply what is staged, in its order, and decide. `known.terms` hold those of `staged` too."""
    decided = Decided()
    for each in staged:
        if each.waits:
            count = decided.waiting.get(each.key, known.waiting.get(each.key, 0))
            decided.waiting[each.key] = count + each.waits
    invoices = dict(known.invoices)
    _apply(staged, invoices)
    waiting = {**known.waiting, **decided.waiting}
    terms = in_force(known.terms, day)
    if terms and waiting.get(terms.cause.subject):
        terms = None  # others may have taken their place: nobody is in default by these
    for subject, before in sorted(invoices.items()):
        after = before
        if not waiting.get(before.order):
            after, said = default.decide(before, terms, day)
            decided.said += said
        if after != known.invoices.get(subject):
            decided.invoices[subject] = after
    return decided


def _apply(staged: Sequence[Staged], invoices: dict[str, Invoice]) -> None:
    """Apply the events of invoices."""
    for fact in facts_of(staged):
        match fact.event:
            case Invoiced(number) as event:
                subject = f"{fact.subject}/{number}"
                invoices.setdefault(subject, invoice.invoiced(fact, event))
            case OrderEnded() as event:
                for subject in [s for s, known in invoices.items() if known.order == fact.subject]:
                    invoices[subject] = invoice.learnt(invoices[subject], fact, event)
            case Paid() | Extended() | Disputed() | Settled() as event:
                subject = f"{fact.subject}/{event.invoice}"
                if subject in invoices:
                    invoices[subject] = invoice.learnt(invoices[subject], fact, event)
            case _:
                pass
