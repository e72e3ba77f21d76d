"""Several input topics of one partition, as their owners write them, folded into one ledger."""

from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

from chassis.folding.batch import BatchFold
from chassis.folding.ledger.rows import SaidRow
from chassis.folding.ledger.store import Ledger
from contracts.insurance import RuleTermsSet
from contracts.orders import (
    DisputeOpened,
    DisputeSettled,
    InvoicedAmount,
    InvoiceIssued,
    OrderLine,
    OrderPlaced,
    PaymentExtended,
    PaymentReceived,
)
from contracts.topics import INSURANCE_RULES, ORDERS_ORDERS
from contracts.values import Money, Product, Quantity
from services.export_metrics.domain.risk import TriggerEvent
from services.export_metrics.fold import EXPORT_STATISTICS
from services.export_metrics.settings import INPUTS
from services.export_metrics.tests.events import Log, uuid_of
from services.export_metrics.tests.test_fold import items_of

OPENED = date(2026, 3, 1)
WAITING_DAYS = 10
INVOICE = "INV-1"
RULE_ID = uuid_of("rule")


def day(number: int) -> date:
    """The `number`-th day of play; the sources open at the end of day 0."""
    return OPENED + timedelta(days=number)


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def terms(
    waiting_days: int = WAITING_DAYS, *, version: int = 1, effective: int = 1, least: int = 0
) -> RuleTermsSet:
    return RuleTermsSet(
        rule="protracted-default",
        rule_version=version,
        set_on=day(effective),
        effective_on=day(effective),
        waiting_days=waiting_days,
        least_exposure_mad_centimes=least,
        cover_percent=Decimal(90),
    )


def placed(buyer: str = "buyer", country: str = "FR") -> OrderPlaced:
    product = Product(
        hs_code="570110", hs_edition="HS2022", product_group="carpets", chain="carpets"
    )
    line = OrderLine(
        product=product, quantity=Quantity(value=Decimal(1), unit="m2"), price=euros("100")
    )
    return OrderPlaced(
        placed_on=day(1),
        producer_id=uuid_of("producer"),
        buyer_id=buyer,
        country=country,
        channel="fair",
        lines=(line,),
        total=euros("100"),
    )


def invoice(
    due: int, *, number: str = INVOICE, amount: str = "100", centimes: int = 105_001, **other: str
) -> InvoiceIssued:
    return InvoiceIssued(
        invoice=number,
        issued_on=day(1),
        due_on=day(due),
        buyer_kind=other.get("buyer_kind", "private"),
        amount=InvoicedAmount(
            stated=euros(amount), rate=Decimal("10.5"), rate_date=day(1), mad_centimes=centimes
        ),
    )


def paid(on: int, amount: str = "100") -> PaymentReceived:
    return PaymentReceived(
        invoice=INVOICE,
        payment_reference=f"PAY-{on}",
        received_on=day(on),
        amount=euros(amount),
        method="transfer",
    )


def extended(on: int, due: int) -> PaymentExtended:
    return PaymentExtended(invoice=INVOICE, extended_on=day(on), due_on=day(due))


def disputed(on: int) -> DisputeOpened:
    return DisputeOpened(
        invoice=INVOICE, dispute_reference="D-1", opened_on=day(on), reason="not-as-ordered"
    )


def settled(on: int, credited: str | None = None) -> DisputeSettled:
    return DisputeSettled(
        invoice=INVOICE,
        dispute_reference="D-1",
        settled_on=day(on),
        outcome="agreed",
        credited=None if credited is None else euros(credited),
    )


class Sources:
    """The logs of all input topics. What is written after `close(n)` becomes known on day n + 1."""

    def __init__(self) -> None:
        self.logs = {topic.name: Log(topic=topic).opened(OPENED) for topic in INPUTS}
        self.closed = dict.fromkeys(self.logs, 0)
        self.folded = dict.fromkeys(self.logs, 0)
        self.part: int | None = None
        """How many records are folded at a time, of those that are committed together."""

    @property
    def orders(self) -> Log:
        return self.logs[ORDERS_ORDERS.name]

    @property
    def rules(self) -> Log:
        return self.logs[INSURANCE_RULES.name]

    def with_terms(self, *of: RuleTermsSet) -> "Sources":
        for ordinal, each in enumerate(of or (terms(),), start=1):
            self.rules.append(RULE_ID, ordinal, each)
        return self

    def close(self, number: int, *topics: str) -> "Sources":
        """Close day `number` in these topics, or in all."""
        for topic in topics or tuple(self.logs):
            if number > self.closed[topic]:
                self.logs[topic].close(day(number), day(self.closed[topic]))
                self.closed[topic] = number
        return self

    def fold(self, ledger: Ledger, topic: str, upto: int | None = None) -> None:
        """Fold what was not folded yet of a topic, up to the offset `upto`."""
        log, start = self.logs[topic], self.folded[topic]
        end = len(log.records) if upto is None else min(upto, len(log.records))
        if end > start:
            items = items_of(Log(log.records[start:end], topic=log.topic))
            batch = BatchFold(EXPORT_STATISTICS, ledger.input(topic).closed_through)
            size = self.part or len(items)
            for part in (items[at : at + size] for at in range(0, len(items), size)):
                batch.fold(part, ledger.known(topic, [item for _, item in part]))
            ledger.commit(topic, end, batch.changes)
            self.folded[topic] = end

    def fold_all(self, ledger: Ledger) -> list[TriggerEvent]:
        """Fold everything that is left, and give all triggers so far."""
        for topic in self.logs:
            self.fold(ledger, topic)
        return said(ledger)


def said(ledger: Ledger) -> list[TriggerEvent]:
    return [decoded(row) for row in ledger.unpublished().said]


def decoded(row: SaidRow) -> TriggerEvent:
    """The trigger as the contract reads it, of the kind that its row names."""
    (kind,) = [kind for kind in get_args(TriggerEvent) if kind.__name__ == row.kind]
    event: TriggerEvent = kind.model_validate_json(row.event)
    return event


def brief(events: list[TriggerEvent]) -> list[tuple[str, int, int, object]]:
    """Kind, episode, day number, and what is exposed or why it ended."""
    found: list[tuple[str, int, int, object]] = []
    for event in events:
        fields = event.model_dump()
        what = fields.get("exposed_mad_centimes", fields.get("reason"))
        kind = type(event).__name__.removeprefix("RiskTrigger").lower()
        found.append((kind, event.episode, (event.knowledge_day - OPENED).days, what))
    return found
