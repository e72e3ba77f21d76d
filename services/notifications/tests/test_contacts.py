"""Contacts: reachable, bounced, ended; and what a subscription covers."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from chassis.tests.counters import NOW
from contracts.problem import RefusedError
from services.notifications.commands import About, Language, SetContact, Subscribe
from services.notifications.contacts import (
    MOST_SUBSCRIPTIONS,
    Contact,
    ContactStatus,
    bounced,
    ended,
    set_anew,
    subscribed,
    unsubscribed,
)
from services.notifications.tests.events import CONTACT, ORDER, PRODUCER

SET = SetContact(language=Language.ARABIC, address="someone@example.org")
LOST_OF_PRODUCER = Subscribe(about=About.SHIPMENT_LOST, scope=PRODUCER)


def active() -> Contact:
    return subscribed(set_anew(None, CONTACT, SET), LOST_OF_PRODUCER, NOW)


def test_a_subscription_covers_what_is_recorded_since_it_was_made() -> None:
    contact = active()

    keys = {f"shipment-lost:{PRODUCER}", "shipment-lost:*"}
    assert contact.wants(keys, NOW)
    assert not contact.wants(keys, NOW - timedelta(milliseconds=1))
    assert not contact.wants({f"order-paid:{PRODUCER}", f"shipment-lost:{ORDER}"}, NOW)


def test_subscribing_again_keeps_the_first_moment() -> None:
    contact = active()
    assert subscribed(contact, LOST_OF_PRODUCER, NOW + timedelta(days=1)) == contact


def test_a_subscription_can_be_ended() -> None:
    contact = active()
    (subscription,) = contact.subscriptions

    without = unsubscribed(contact, subscription.id)

    assert without.subscriptions == ()
    assert unsubscribed(without, subscription.id) == without


def test_an_ended_contact_keeps_nothing_but_its_id() -> None:
    gone = ended(active())

    assert gone == Contact(id=CONTACT, version=3, status=ContactStatus.ENDED)
    assert ended(gone) == gone
    with pytest.raises(RefusedError, match="has ended"):
        set_anew(gone, CONTACT, SET)
    with pytest.raises(RefusedError, match="has ended"):
        subscribed(gone, LOST_OF_PRODUCER, NOW)


def test_a_bounce_stands_until_the_contact_is_set_anew() -> None:
    contact = active()

    marked = bounced(contact, contact)

    assert marked.status is ContactStatus.BOUNCED
    assert bounced(marked, contact) == marked
    again = set_anew(marked, CONTACT, SET)
    assert again.status is ContactStatus.ACTIVE
    assert again.subscriptions == contact.subscriptions


def test_a_bounce_of_a_former_address_is_no_bounce() -> None:
    contact = active()
    moved = set_anew(contact, CONTACT, SET.model_copy(update={"address": "new@example.org"}))

    assert bounced(moved, contact) == moved


def test_subscriptions_are_bounded() -> None:
    contact = set_anew(None, CONTACT, SET)
    for number in range(MOST_SUBSCRIPTIONS):
        scope = f"00000000-0000-5000-8000-{number:012d}"
        contact = subscribed(contact, Subscribe(about=About.ORDER_PAID, scope=scope), NOW)

    with pytest.raises(RefusedError, match="subscriptions"):
        subscribed(contact, LOST_OF_PRODUCER, NOW)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Someone@Example.ORG", "Someone@example.org"),
        ("someone@bücher.example", "someone@xn--bcher-kva.example"),
        ("someone+orders@example.org", "someone+orders@example.org"),
    ],
)
def test_an_address_is_kept_as_smtp_takes_it(given: str, kept: str) -> None:
    assert SetContact(language=Language.ENGLISH, address=given).address == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "nobody",
        "a@b@example.org",
        "someone@",
        "@example.org",
        "someone@example..org",
        "someone@example.org\r\nBcc: other@example.org",
        "someone@example.org, other@example.org",
        "Someone <someone@example.org>",
        "فاطمة@example.org",
        "some one@example.org",
        "someone@[127.0.0.1]",
        f"{'a' * 65}@example.org",
        f"someone@{'a' * 250}.org",
        "\ud800@example.org",
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(given: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SetContact(language=Language.ENGLISH, address=given)

    (error,) = refused.value.errors(include_input=False, include_url=False)
    assert error["loc"] == ("address",)
    assert not given or given not in str(error)


def test_an_address_is_not_shown_by_chance() -> None:
    assert "someone" not in repr(active())
    assert "someone" not in repr(SET)
