"""The service without HTTP, broker and store: what is told, and how it is sent."""

import asyncio
from dataclasses import dataclass, field

from chassis.clock import DrivenClock
from chassis.commands import CommandHandler
from chassis.store import MemoryRepository
from chassis.tests.counters import NOW, Woken
from contracts.topics import NOTIFICATIONS
from services.notifications.app import DECIDER
from services.notifications.commands import EVERYTHING, About, Language, SetContact, Subscribe
from services.notifications.contacts import set_anew, subscribed
from services.notifications.domain import Notification
from services.notifications.lanes import Lanes
from services.notifications.sending import Sending
from services.notifications.settings import Patience
from services.notifications.smtp import Carrier
from services.notifications.store import changed
from services.notifications.telling import Handler, Telling
from services.notifications.tests.events import CONTACT
from services.notifications.tests.fakes import (
    FakeCarrier,
    MemoryContacts,
    MemoryDeliveries,
    MemoryOrigins,
)

PATIENCE = Patience(attempts=4, first_rest_seconds=60.0, longest_rest_seconds=100.0)


@dataclass
class Desk:
    """`seconds` is what time it is in this world. The one who sends leads."""

    carrier: Carrier = field(default_factory=FakeCarrier)
    patience: Patience = PATIENCE
    seconds: float = 1000.0

    def __post_init__(self) -> None:
        self.repository = MemoryRepository()
        self.contacts = MemoryContacts()
        self.deliveries = MemoryDeliveries()
        self.origins = MemoryOrigins()
        clock = DrivenClock(NOW)
        self.handler: Handler = CommandHandler(DECIDER, self.repository, NOTIFICATIONS, Woken())
        self.sending = Sending(
            self.handler,
            self.contacts,
            self.deliveries,
            self.carrier,
            self.patience,
            clock,
            lambda: self.seconds,
        )
        self.leading = asyncio.Event()
        self.leading.set()
        self.lanes = Lanes(
            self.deliveries, self.sending.attempt, self.leading, lambda: self.seconds
        )
        self.telling = Telling(
            self.handler,
            self.contacts,
            self.deliveries,
            self.origins,
            clock,
            lambda: self.seconds,
            self.lanes.wake,
        )

    async def subscribe(
        self,
        about: About,
        scope: str = EVERYTHING,
        *,
        contact: str = CONTACT,
        language: Language = Language.FRENCH,
    ) -> None:
        if contact not in self.contacts.all:
            command = SetContact(language=language, address="someone@example.org")
            await changed(self.contacts, contact, lambda c: set_anew(c, contact, command))
        wish = Subscribe(about=about, scope=scope)
        await changed(self.contacts, contact, lambda c: subscribed(c, wish, NOW))

    async def requested(self) -> dict[str, Notification]:
        """All notifications by their id."""
        documents = await self.repository.load(list(self.repository._documents))
        return {id_: Notification.model_validate(d.state) for id_, d in documents.items()}

    async def send_due(self) -> None:
        """One attempt of each first delivery that is due now."""
        for contact_id in await self.deliveries.contacts():
            delivery = await self.deliveries.first(contact_id)
            if delivery and delivery.due <= self.seconds:
                await self.sending.attempt(delivery)

    async def events(self) -> list[str]:
        """The names of all events that were written, those of each notification in order."""
        outboxes = await self.repository.outboxes(list(self.repository._documents))
        return [record.event_type.split(".")[-2] for box in outboxes.values() for record in box]
