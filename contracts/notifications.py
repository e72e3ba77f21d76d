"""Events of notifications: who was told what. Recipients are opaque ids; no address travels."""

from typing import ClassVar

from pydantic import Field

from contracts.event import Event
from contracts.values import Id, LocalDate, Ordinal, Reference, Slug, Value


class NotificationsEvent(Event):
    owner: ClassVar[str] = "notifications"


class Cause(Value):
    """The event that somebody is told of; `subject` is its aggregate."""

    event_id: Id
    event_type: str = Field(min_length=1, max_length=100)
    subject: Reference


class NotificationRequested(NotificationsEvent):
    """A subscription of the contact matches the event. The first event of its notification."""

    requested_on: LocalDate
    contact_id: Id
    cause: Cause
    template: Slug
    language: Slug
    channel: Slug


class NotificationSent(NotificationsEvent):
    """The recipient's server took the message, at the `attempts`-th attempt."""

    sent_on: LocalDate
    contact_id: Id
    cause: Cause
    template: Slug
    language: Slug
    channel: Slug
    attempts: Ordinal


class NotificationFailed(NotificationsEvent):
    """The recipient will not be told: refused for good, or not taken after `attempts` attempts."""

    failed_on: LocalDate
    contact_id: Id
    cause: Cause
    template: Slug
    language: Slug
    channel: Slug
    attempts: Ordinal
    reason: Slug
