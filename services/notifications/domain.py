"""The life of one notification: requested, then sent or failed, whichever is known first."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, assert_never
from uuid import NAMESPACE_URL, uuid5

from contracts.envelope import SOURCE_PREFIX
from contracts.notifications import (
    Cause,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
)
from contracts.problem import Refusal, refused
from contracts.values import Id, LocalDate, Ordinal, Slug, Value
from services.notifications.commands import (
    NotificationCommand,
    RecordFailed,
    RecordSent,
    RequestNotification,
)

NOTIFICATION_IDS = uuid5(NAMESPACE_URL, f"{SOURCE_PREFIX}notifications")
EMAIL = "email"


class Status(StrEnum):
    REQUESTED = "requested"
    SENT = "sent"
    FAILED = "failed"


class Notification(Value):
    """A notification as this service knows it. `attempts` and `ended_on` are there at its end."""

    contact_id: Id
    cause: Cause
    template: Slug
    language: Slug
    channel: Slug
    requested_on: LocalDate
    status: Status = Status.REQUESTED
    attempts: Ordinal | None = None
    ended_on: LocalDate | None = None
    reason: Slug | None = None


NotificationEvent = NotificationRequested | NotificationSent | NotificationFailed


def notification_id(event_id: str, contact_id: str) -> str:
    """One for each event and recipient, so that nobody is told twice."""
    return str(uuid5(NOTIFICATION_IDS, f"{event_id}|{contact_id}"))


def decide(
    command: NotificationCommand, notification: Notification | None, today: date
) -> Sequence[NotificationEvent]:
    """The first outcome stands: what is said of it later has no effect."""
    match command:
        case RequestNotification():
            return [
                NotificationRequested(
                    requested_on=today,
                    contact_id=command.contact_id,
                    cause=command.cause,
                    template=command.template,
                    language=command.language,
                    channel=EMAIL,
                )
            ]
        case RecordSent() | RecordFailed():
            return _ended(command, _existing(notification), today)
        case _:
            assert_never(command)


def evolve(notification: Notification | None, event: NotificationEvent) -> Notification:
    match event:
        case NotificationRequested():
            return Notification.model_validate(event.model_dump())
        case NotificationSent():
            ended: dict[str, Any] = {"status": Status.SENT, "ended_on": event.sent_on}
        case NotificationFailed():
            ended = {"status": Status.FAILED, "ended_on": event.failed_on, "reason": event.reason}
        case _:
            assert_never(event)
    return _existing(notification).model_copy(update={**ended, "attempts": event.attempts})


def _ended(
    command: RecordSent | RecordFailed, notification: Notification, today: date
) -> list[NotificationEvent]:
    if notification.status is not Status.REQUESTED:
        return []
    to_whom = notification.model_dump(
        include={"contact_id", "cause", "template", "language", "channel"}
    )
    said = to_whom | command.model_dump()
    if isinstance(command, RecordSent):
        return [NotificationSent.model_validate(said | {"sent_on": today})]
    return [NotificationFailed.model_validate(said | {"failed_on": today})]


def _existing(notification: Notification | None) -> Notification:
    if notification is None:
        raise refused(Refusal.NOT_FOUND, "not_found", "id", "no such notification")
    return notification
