"""Which invoices are in protracted default, by a plain count of the commands that were sent.

It shares no code with the services. At the end of each day an invoice of a private buyer defaults
when its due day lies the waiting period back, something is outstanding, and nobody disputes it.
What is learnt later ends that: paid or extended before it began, it never was; paid after, it is
recovered; a part paid before means that less was exposed, so that it begins anew.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from console.demo.dated import DatedCommand
from contracts.values import Command
from services.insurance.domain import RuleTerms
from services.orders.commands import (
    BuyerKind,
    CancelOrder,
    ExtendPayment,
    IssueInvoice,
    OpenDispute,
    RecordPayment,
    SettleDispute,
)

OPEN, WITHDRAWN, SUPERSEDED = "open", "withdrawn", "superseded"
PROTRACTED_DEFAULT = "protracted-default"


class Default(NamedTuple):
    """One episode; `exposed` is centimes of MAD. `reason` and `ended_on` once it has ended."""

    invoice: str
    episode: int
    began_on: date
    exposed: int
    state: str = OPEN
    reason: str | None = None
    ended_on: date | None = None


@dataclass
class Account:
    """What is known of one invoice. `least_exposure` is centimes of MAD."""

    subject: str
    invoice: IssueInvoice
    waiting: timedelta
    least_exposure: int
    payments: list[RecordPayment] = field(default_factory=list)
    extensions: list[ExtendPayment] = field(default_factory=list)
    credited: Decimal = Decimal(0)
    disputed: bool = False
    cancelled: bool = False
    episodes: list[Default] = field(default_factory=list)

    def learn(self, body: Command) -> None:
        match body:
            case RecordPayment():
                self.payments.append(body)
            case ExtendPayment():
                self.extensions.append(body)
            case OpenDispute():
                self.disputed = True
            case SettleDispute(credited=credited):
                self.disputed = False
                self.credited += credited.amount if credited else 0
            case CancelOrder():
                self.cancelled = True
            case _:
                pass  # the invoice itself

    def end_of(self, day: date) -> None:
        """Judge the account as it is known at the end of a day."""
        if self.episodes and self.episodes[-1].state == OPEN:
            standing = self.episodes[-1]
            if verdict := self._ended(standing):
                state, reason = verdict
                ended = standing._replace(state=state, reason=reason, ended_on=day)
                self.episodes[-1] = ended
        is_open = bool(self.episodes) and self.episodes[-1].state == OPEN
        if not is_open and self._defaults(day):
            episode = len(self.episodes) + 1
            self.episodes.append(Default(self.subject, episode, day, self._exposed(day)))

    def _ended(self, standing: Default) -> tuple[str, str] | None:
        began = standing.began_on
        if self.cancelled:
            return WITHDRAWN, "order-cancelled"
        if self._outstanding(began) == 0:
            return WITHDRAWN, "paid-in-time"
        if self._outstanding(date.max) == 0:
            return SUPERSEDED, "recovered"
        if self.disputed:
            return WITHDRAWN, "disputed"
        if self._due_on(began) + self.waiting > began:
            return WITHDRAWN, "extended"
        if self._exposed(began) != standing.exposed:
            return SUPERSEDED, "exposure-corrected"
        return None

    def _defaults(self, day: date) -> bool:
        return (
            self.invoice.buyer_kind is BuyerKind.PRIVATE
            and not self.cancelled
            and not self.disputed
            and day >= self._due_on(date.max) + self.waiting
            and self._exposed(day) >= max(self.least_exposure, 1)
        )

    def _due_on(self, agreed_by: date) -> date:
        agreed = [one.due_on for one in self.extensions if one.extended_on <= agreed_by]
        return agreed[-1] if agreed else self.invoice.due_on

    def _outstanding(self, on: date) -> Decimal:
        paid = (one.amount.amount for one in self.payments if one.received_on <= on)
        return self.invoice.amount.amount - self.credited - sum(paid, Decimal(0))

    def _exposed(self, on: date) -> int:
        rate = self.invoice.exchange_rate
        amount = self.invoice.amount.amount
        whole = _whole(amount * (rate.mad_per_unit if rate else 1) * 100)
        return _whole(whole * self._outstanding(on) / amount)


def defaults(commands: Sequence[DatedCommand], last_day: date) -> list[Default]:
    """All episodes up to the end of `last_day`. The commands are in the order of their days."""
    terms: RuleTerms | None = None
    told: dict[str, list[DatedCommand]] = defaultdict(list)
    for command in commands:
        if isinstance(command.body, RuleTerms):
            terms = command.body
        elif isinstance(command.body, IssueInvoice) or command.subject in told:
            told[command.subject].append(command)
    if terms is None:
        return []
    return [one for news in told.values() for one in _episodes(news, terms, last_day)]


def _episodes(news: list[DatedCommand], terms: RuleTerms, last_day: date) -> list[Default]:
    first = news[0]
    if not isinstance(first.body, IssueInvoice):
        raise TypeError("the news of an invoice begin with its issue")
    waiting = timedelta(days=terms.waiting_days)
    least = _whole(terms.least_exposure_mad * 100)
    account = Account(f"{first.subject}/{first.body.invoice}", first.body, waiting, least)
    dues = [c.body.due_on for c in news if isinstance(c.body, IssueInvoice | ExtendPayment)]
    days = {command.day for command in news} | {due_on + waiting for due_on in dues}
    for day in sorted(day for day in days if day <= last_day):
        for command in news:
            if command.day == day:
                account.learn(command.body)
        account.end_of(day)
    return account.episodes


def _whole(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_HALF_EVEN))
