"""From events to notifications: each event is requested once for each contact that wants it.

What is read twice makes nothing new: the id of a notification derives from event and contact. A
contact is told of what was recorded since its subscription was made, by the record's timestamp, so
that a topic read again from its beginning tells nobody of the past.

The notification is written before its delivery. A crash between the two leaves a notification
without work; the event is then read again, and the delivery is added. A delivery of what has ended
already is dropped by whoever sends.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from chassis.clock import Clock
from chassis.commands import CommandHandler
from chassis.creation import Creation
from chassis.outbox import Circumstances
from chassis.reader.outcome import Readable
from services.notifications.commands import NotificationCommand, RequestNotification
from services.notifications.contacts import Contact
from services.notifications.domain import Notification, NotificationEvent, notification_id
from services.notifications.occasions import Occasion, occasion_of, origin_of
from services.notifications.store import Contacts, Deliveries, Delivery, Origins

Handler = CommandHandler[NotificationCommand, Notification, NotificationEvent]


class Telling:
    """Takes what is read from each topic. `wake` is called when there is something to send."""

    def __init__(
        self,
        handler: Handler,
        contacts: Contacts,
        deliveries: Deliveries,
        origins: Origins,
        clock: Clock,
        seconds_now: Callable[[], float],
        wake: Callable[[], None],
    ) -> None:
        self._handler = handler
        self._contacts = contacts
        self._deliveries = deliveries
        self._origins = origins
        self._clock = clock
        self._seconds_now = seconds_now
        self._wake = wake

    async def on_events(self, batch: Sequence[Readable]) -> None:
        """Request what the contacts want to be told of these events."""
        begun = {
            readable.envelope.subject: producer
            for readable in batch
            if (producer := origin_of(readable.event))
        }
        await self._origins.remember(begun)
        aside = await self._origins.put_aside_for(begun) if begun else []
        told = [occasion_of(r.envelope, r.event, r.recorded_ms) for r in batch]
        fresh = [occasion for occasion in told if occasion]
        if occasions := [*fresh, *aside]:
            producers = begun | await self._producers(fresh, begun)
            await self._request(occasions, producers)
        if aside:
            await self._origins.forget_aside(begun)

    async def _producers(
        self, occasions: Sequence[Occasion], begun: dict[str, str]
    ) -> dict[str, str]:
        """The producers as far as they are known; what is not known yet is put aside first.

        Asked again after that, so that a beginning that is read meanwhile meets one or the other.
        """
        producers = begun | await self._origins.known([o.subject for o in occasions])
        unknown = [occasion for occasion in occasions if occasion.subject not in producers]
        if not unknown:
            return producers
        await self._origins.put_aside(unknown)
        return producers | await self._origins.known([o.subject for o in unknown])

    async def _request(self, occasions: Sequence[Occasion], producers: dict[str, str]) -> None:
        keys = [occasion.keys(producers.get(occasion.subject)) for occasion in occasions]
        contacts = await self._contacts.subscribed(set[str]().union(*keys))
        wanted = [
            (occasion, contact)
            for occasion, its_keys in zip(occasions, keys, strict=True)
            for contact in contacts
            if contact.wants(its_keys, occasion.recorded_at)
        ]
        if not wanted:
            return
        now, queued = self._clock.now(), self._seconds_now()
        # Those that are refused exist already: requested in another language, since changed.
        await self._handler.create_many([_creation(*pair, now) for pair in wanted])
        await self._deliveries.add(
            [
                Delivery(
                    id=notification_id(occasion.cause.event_id, contact.id),
                    contact_id=contact.id,
                    facts=occasion.facts,
                    requested_at=now,
                    queued=queued,
                    place=place,
                )
                for place, (occasion, contact) in enumerate(wanted)
            ]
        )
        self._wake()


def _creation(occasion: Occasion, contact: Contact, now: datetime) -> Creation[NotificationCommand]:
    id_ = notification_id(occasion.cause.event_id, contact.id)
    command = RequestNotification(
        contact_id=contact.id,
        cause=occasion.cause,
        template=occasion.template,
        language=contact.language,
    )
    circumstances = Circumstances(
        recorded_at=now,
        occurred_at=now,
        fingerprint=occasion.cause.event_id,
        causation_id=occasion.cause.event_id,
    )
    return Creation(id_, id_, command, circumstances)
