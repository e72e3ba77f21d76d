"""Stores in memory, and a carrier that answers what it is told."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from email.message import EmailMessage

from services.notifications.contacts import Contact
from services.notifications.occasions import Occasion
from services.notifications.smtp import Accepted, Outcome
from services.notifications.store import Delivery


class MemoryContacts:
    def __init__(self) -> None:
        self.all: dict[str, Contact] = {}

    async def get(self, id_: str) -> Contact | None:
        return self.all.get(id_)

    async def put(self, contact: Contact) -> bool:
        known = self.all.get(contact.id)
        if contact.version != (known.version if known else 0) + 1:
            return False
        self.all[contact.id] = contact
        return True

    async def subscribed(self, keys: Collection[str]) -> list[Contact]:
        return [
            contact
            for contact in self.all.values()
            if any(subscription.key() in keys for subscription in contact.subscriptions)
        ]


class MemoryDeliveries:
    def __init__(self) -> None:
        self.all: dict[str, Delivery] = {}
        self.emptied = asyncio.Event()

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self.all.setdefault(delivery.id, delivery)

    async def get(self, id_: str) -> Delivery | None:
        return self.all.get(id_)

    async def contacts(self) -> list[str]:
        return list(dict.fromkeys(delivery.contact_id for delivery in self.all.values()))

    async def first(self, contact_id: str) -> Delivery | None:
        waiting = [d for d in self.all.values() if d.contact_id == contact_id]
        return min(waiting, key=lambda d: (d.queued, d.place), default=None)

    async def replace(self, before: Delivery, after: Delivery) -> bool:
        known = self.all.get(before.id)
        if known is None or (known.attempts, known.due) != (before.attempts, before.due):
            return False
        self.all[before.id] = after
        return True

    async def remove(self, id_: str) -> None:
        self.all.pop(id_, None)
        if not self.all:
            self.emptied.set()

    async def count(self) -> int:
        return len(self.all)


class MemoryOrigins:
    def __init__(self) -> None:
        self.producers: dict[str, str] = {}
        self.aside: dict[str, list[Occasion]] = {}

    async def remember(self, producers: Mapping[str, str]) -> None:
        self.producers = {**producers, **self.producers}

    async def known(self, subjects: Collection[str]) -> dict[str, str]:
        return {id_: of for id_, of in self.producers.items() if id_ in subjects}

    async def put_aside(self, occasions: Sequence[Occasion]) -> None:
        for occasion in occasions:
            kept = self.aside.setdefault(occasion.subject, [])
            if occasion not in kept:
                kept.append(occasion)

    async def put_aside_for(self, subjects: Collection[str]) -> list[Occasion]:
        return [one for subject in subjects for one in self.aside.get(subject, [])]

    async def forget_aside(self, subjects: Collection[str]) -> None:
        for subject in subjects:
            self.aside.pop(subject, None)


class FakeCarrier:
    """Answers with the outcomes it is given, then accepts."""

    sender = "notifications@zarbia.example"
    seconds = 30.0

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.carried: list[tuple[str, str]] = []

    async def carry(self, message: EmailMessage, recipient: str) -> Outcome:
        self.carried.append((message["Message-ID"], recipient))
        return self.outcomes.pop(0) if self.outcomes else Accepted()
