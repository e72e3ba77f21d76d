"""Sending what was requested: each mail tried until its server takes it, refuses it, or never does.

An attempt is written down before its conversation, and its outcome after the server's 250. A
process that dies in between leaves an attempt whose outcome nobody knows. It is then made again,
with the same Message-ID: a recipient whose server drops what it has by that id sees one mail, any
other may see two. No protocol can do better: the 250 and our note of it are two writes in two
places. So "told once" is exact for what is recorded (NotificationSent stands once for each event
and contact), and for mails it is exact but for that window.

The waiting time after a failure is one of this world, kept with the delivery: it outlives a restart
and does not depend on a driven clock.
"""

import asyncio
from collections.abc import Callable

import structlog

from chassis.clock import Clock
from chassis.metrics import METRICS
from chassis.outbox import Circumstances
from services.notifications.commands import Language, RecordFailed, RecordSent
from services.notifications.contacts import Contact, ContactStatus, bounced
from services.notifications.domain import Notification, Status
from services.notifications.mail.compose import Letter, compose
from services.notifications.settings import Patience
from services.notifications.smtp import Accepted, Bounced, Carrier, Deferred, Outcome
from services.notifications.store import Contacts, Deliveries, Delivery, changed
from services.notifications.telling import Handler

GAVE_UP, OUTCOME_UNKNOWN = "gave-up", "outcome-unknown"
RECORD_AGAIN_SECONDS = 1.0
log = structlog.get_logger()


class Sending:
    """Makes the next attempt of a delivery."""

    def __init__(
        self,
        handler: Handler,
        contacts: Contacts,
        deliveries: Deliveries,
        carrier: Carrier,
        patience: Patience,
        clock: Clock,
        seconds_now: Callable[[], float],
    ) -> None:
        self._handler = handler
        self._contacts = contacts
        self._deliveries = deliveries
        self._carrier = carrier
        self._patience = patience
        self._clock = clock
        self._seconds_now = seconds_now

    async def attempt(self, delivery: Delivery) -> None:
        """Try a delivery that is due, and write down what became of it."""
        document = await self._handler.document(delivery.id)
        notification = Notification.model_validate(document.state)
        if notification.status is not Status.REQUESTED:
            await self._deliveries.remove(delivery.id)
        elif delivery.attempts >= self._patience.attempts:
            await self._give_up(delivery, notification)
        else:
            begun = delivery.begun(self._seconds_now() + self._carrier.seconds)
            if await self._deliveries.replace(delivery, begun):
                await self._try(delivery, begun, notification)

    async def _try(self, before: Delivery, delivery: Delivery, notification: Notification) -> None:
        contact = await self._contacts.get(delivery.contact_id)
        if contact is None or contact.address is None or contact.status != ContactStatus.ACTIVE:
            status = ContactStatus.ENDED if contact is None else contact.status
            await self._failed(delivery, notification, f"contact-{status}")
            return
        outcome = await self._carry(delivery, notification, contact.address)
        match outcome:
            case Accepted():
                await self._record(delivery, notification, RecordSent(attempts=delivery.attempts))
            case Bounced():
                await self._bounced(delivery, notification, contact, outcome)
            case Deferred():
                unsettled = before.unsettled or outcome.unknown
                await self._put_off(delivery, notification, outcome, unsettled=unsettled)

    async def _carry(self, delivery: Delivery, notification: Notification, address: str) -> Outcome:
        letter = Letter(
            notification_id=delivery.id,
            template=notification.template,
            language=Language(notification.language),
            facts=delivery.facts,
            requested_at=delivery.requested_at,
            sender=self._carrier.sender,
            recipient=address,
        )
        return await self._carrier.carry(compose(letter), address)

    async def _bounced(
        self, delivery: Delivery, notification: Notification, contact: Contact, outcome: Bounced
    ) -> None:
        reason = "mailbox-unknown" if outcome.no_mailbox else "refused"
        if outcome.no_mailbox:
            await changed(self._contacts, contact.id, lambda known: bounced(known, contact))
        await self._failed(delivery, notification, reason)

    async def _put_off(
        self, delivery: Delivery, notification: Notification, outcome: Deferred, *, unsettled: bool
    ) -> None:
        rest = self._patience.rest_seconds(delivery.attempts)
        later = delivery.model_copy(
            update={"due": self._seconds_now() + rest, "unsettled": unsettled}
        )
        if delivery.attempts >= self._patience.attempts:
            await self._give_up(later, notification)
            return
        await self._deliveries.replace(delivery, later)
        METRICS.notifications.labels("retried", notification.language).inc()
        log.info(
            "mail put off", notification=delivery.id, attempts=delivery.attempts, why=outcome.why
        )

    async def _give_up(self, delivery: Delivery, notification: Notification) -> None:
        reason = OUTCOME_UNKNOWN if delivery.unsettled else GAVE_UP
        await self._failed(delivery, notification, reason)

    async def _failed(self, delivery: Delivery, notification: Notification, reason: str) -> None:
        command = RecordFailed(attempts=delivery.attempts, reason=reason)
        log.warning("mail failed", notification=delivery.id, reason=reason)
        await self._record(delivery, notification, command)

    async def _record(
        self, delivery: Delivery, notification: Notification, command: RecordSent | RecordFailed
    ) -> None:
        now = self._clock.now()
        circumstances = Circumstances(
            recorded_at=now,
            occurred_at=now,
            fingerprint="",
            causation_id=notification.cause.event_id,
        )
        while True:
            try:
                await self._handler.execute(delivery.id, command, circumstances)
                break
            except Exception as error:  # noqa: BLE001 - the server has spoken: only our note is missing
                log.warning("outcome not recorded yet", error=type(error).__name__)
                await asyncio.sleep(RECORD_AGAIN_SECONDS)
        outcome = "sent" if isinstance(command, RecordSent) else "failed"
        METRICS.notifications.labels(outcome, notification.language).inc()
        await self._deliveries.remove(delivery.id)
