"""The golden examples of notifications: one that arrives, and one whose mailbox is gone."""

from datetime import UTC, date, datetime

from contracts import notifications
from contracts.exports import ShipmentLost
from contracts.generate.example import Example, example_id
from contracts.topics import NOTIFICATIONS

LOSS_TOLD = example_id("notification/loss")
CAUSE = notifications.Cause(
    event_id=example_id("event/exports.ShipmentLost.v1"),
    event_type=ShipmentLost.event_type(),
    subject=example_id("shipment/lanterns"),
)


def notifications_examples() -> tuple[Example, ...]:
    def example(event: notifications.NotificationsEvent, sequence: int, time: datetime) -> Example:
        topic = NOTIFICATIONS.name
        return Example(event, "notifications", topic, LOSS_TOLD, LOSS_TOLD, sequence, time)

    to_whom = {
        "contact_id": example_id("contact/cooperative"),
        "cause": CAUSE,
        "template": "shipment-lost",
        "language": "ar",
        "channel": "email",
    }
    day = date(2026, 11, 2)
    requested = notifications.NotificationRequested.model_validate({"requested_on": day, **to_whom})
    sent = notifications.NotificationSent.model_validate({"sent_on": day, **to_whom, "attempts": 1})
    failed = notifications.NotificationFailed.model_validate(
        {"failed_on": day, **to_whom, "attempts": 1, "reason": "mailbox-unknown"}
    )
    return (
        example(requested, 1, datetime(2026, 11, 2, 17, 31, 1, tzinfo=UTC)),
        example(sent, 2, datetime(2026, 11, 2, 17, 31, 3, tzinfo=UTC)),
        example(failed, 2, datetime(2026, 11, 2, 17, 31, 3, tzinfo=UTC)),
    )
