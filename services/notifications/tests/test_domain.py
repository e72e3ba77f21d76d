"""One notification: the first outcome stands."""

import pytest

from chassis.testkit import TODAY, given
from contracts.notifications import (
    Cause,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
)
from services.notifications.app import DECIDER
from services.notifications.commands import (
    Language,
    RecordFailed,
    RecordSent,
    RequestNotification,
)
from services.notifications.domain import notification_id
from services.notifications.tests.events import CONTACT, ORDER, OTHER, SHIPMENT

CAUSE = Cause(event_id=ORDER, event_type="ma.zarbia.exports.ShipmentLost.v1", subject=SHIPMENT)
TO_WHOM = {
    "contact_id": CONTACT,
    "cause": CAUSE,
    "template": "shipment-lost",
    "language": "ar",
    "channel": "email",
}
REQUESTED = NotificationRequested.model_validate({**TO_WHOM, "requested_on": TODAY})
SENT = NotificationSent.model_validate({**TO_WHOM, "sent_on": TODAY, "attempts": 2})
FAILED = NotificationFailed.model_validate(
    {**TO_WHOM, "failed_on": TODAY, "attempts": 3, "reason": "gave-up"}
)


def test_a_request_says_who_is_told_what() -> None:
    command = RequestNotification(
        contact_id=CONTACT, cause=CAUSE, template="shipment-lost", language=Language.ARABIC
    )
    given(DECIDER).when(command).then(REQUESTED)


def test_an_outcome_repeats_what_it_is_the_outcome_of() -> None:
    given(DECIDER, REQUESTED).when(RecordSent(attempts=2)).then(SENT)
    given(DECIDER, REQUESTED).when(RecordFailed(attempts=3, reason="gave-up")).then(FAILED)


@pytest.mark.parametrize("first", [SENT, FAILED])
def test_the_first_outcome_stands(first: NotificationSent | NotificationFailed) -> None:
    given(DECIDER, REQUESTED, first).when(RecordSent(attempts=4)).then()
    given(DECIDER, REQUESTED, first).when(RecordFailed(attempts=4, reason="refused")).then()


def test_what_was_not_requested_has_no_outcome() -> None:
    given(DECIDER).when(RecordSent(attempts=1)).then_refused("not_found")


def test_one_notification_for_each_event_and_contact() -> None:
    ids = {
        notification_id(event, contact)
        for event in (ORDER, SHIPMENT)
        for contact in (CONTACT, OTHER)
    }
    assert len(ids) == 4
    assert notification_id(ORDER, CONTACT) == notification_id(ORDER, CONTACT)
