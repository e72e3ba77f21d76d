"""Which events are told, of whom, and with which facts."""

import pytest

from contracts.event import Event
from services.notifications.commands import About
from services.notifications.occasions import (
    Occasion,
    occasion_of,
    origin_of,
)
from services.notifications.tests.events import (
    DAY,
    DELAYED,
    LOST,
    ORDER,
    PAID,
    PRODUCER,
    SHIPMENT,
    TRIGGER,
    constituted,
    exported,
    failed,
    placed,
    read,
)


def occasion(event: Event, subject: str, key: str | None = None) -> Occasion:
    readable = read(event, subject, key=key)
    found = occasion_of(readable.envelope, event, readable.recorded_ms)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("event", "subject", "about", "template"),
    [
        (PAID, ORDER, About.ORDER_PAID, "order-paid"),
        (failed(final=False), ORDER, About.PAYMENT_FAILED, "payment-failed"),
        (failed(final=True), ORDER, About.PAYMENT_FAILED, "payment-abandoned"),
        (LOST, SHIPMENT, About.SHIPMENT_LOST, "shipment-lost"),
        (DELAYED, SHIPMENT, About.SHIPMENT_DELAYED, "shipment-delayed"),
        (constituted(), TRIGGER, About.RISK_TRIGGER, "trigger-constituted"),
    ],
)
def test_each_event_has_its_template(
    event: Event, subject: str, about: About, template: str
) -> None:
    found = occasion(event, subject)

    assert (found.about, found.template) == (about, template)
    assert found.cause.subject == subject
    assert found.cause.event_type == event.event_type()
    assert found.facts.on == DAY


def test_what_begins_an_order_or_shipment_is_not_told_but_names_the_producer() -> None:
    for event in (placed(), exported()):
        readable = read(event, ORDER)
        assert occasion_of(readable.envelope, event, readable.recorded_ms) is None
        assert origin_of(event) == PRODUCER
    assert origin_of(PAID) is None


def test_a_shipment_is_found_by_itself_its_order_and_its_producer() -> None:
    assert occasion(LOST, SHIPMENT, key=ORDER).keys(PRODUCER) == {
        "shipment-lost:*",
        f"shipment-lost:{SHIPMENT}",
        f"shipment-lost:{ORDER}",
        f"shipment-lost:{PRODUCER}",
    }


def test_a_trigger_is_found_by_what_it_is_about() -> None:
    about_shipment = occasion(constituted("shipment", SHIPMENT), TRIGGER, key=SHIPMENT)
    about_invoice = occasion(constituted("invoice", ORDER), TRIGGER, key=ORDER)
    about_country = occasion(constituted("country", "FR"), TRIGGER, key="FR")

    assert (about_shipment.facts.shipment, about_shipment.facts.order) == (SHIPMENT, None)
    assert (about_invoice.facts.shipment, about_invoice.facts.order) == (None, ORDER)
    assert about_invoice.keys(None) == {"risk-trigger:*", f"risk-trigger:{ORDER}"}
    assert "risk-trigger:FR" in about_country.keys(None)
    assert about_invoice.facts.amount is not None
    assert str(about_invoice.facts.amount.amount) == "198672.80"
