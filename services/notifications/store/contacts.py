"""Contacts in a collection of their own: the only place where an address is kept."""

from collections.abc import Callable, Collection
from typing import Protocol

from pymongo.errors import DuplicateKeyError

from chassis.commands import ATTEMPTS, ContentionError
from chassis.store.mongo import Collection as MongoCollection
from chassis.store.mongo import Database
from services.notifications.contacts import Contact


class Contacts(Protocol):
    async def get(self, id_: str) -> Contact | None:
        """A contact, an ended one too."""

    async def put(self, contact: Contact) -> bool:
        """Compare-and-set on the version before. False when another writer was first."""

    async def subscribed(self, keys: Collection[str]) -> list[Contact]:
        """Those who have a subscription with one of these keys."""


async def changed(
    contacts: Contacts, id_: str, change: Callable[[Contact | None], Contact]
) -> Contact:
    """Carry out a change of one contact. Returns what it is now.

    Raises:
        RefusedError: by `change`.
        ContentionError: other writers were first too often.
    """
    for _ in range(ATTEMPTS):
        before = await contacts.get(id_)
        after = change(before)
        if after == before or await contacts.put(after):
            return after
    raise ContentionError(id_)


class MongoContacts:
    """Implements Contacts on one collection. `keys` of a document are those of subscriptions."""

    def __init__(self, database: Database) -> None:
        self._contacts: MongoCollection = database["contacts"]

    async def prepare(self) -> None:
        """Create the index that `subscribed` uses."""
        await self._contacts.create_index("keys")

    async def get(self, id_: str) -> Contact | None:
        raw = await self._contacts.find_one({"_id": id_})
        return None if raw is None else Contact.model_validate(raw["contact"])

    async def put(self, contact: Contact) -> bool:
        keys = [subscription.key() for subscription in contact.subscriptions]
        raw = {"contact": contact.model_dump(mode="json"), "keys": keys}
        if contact.version == 1:
            try:
                await self._contacts.insert_one({"_id": contact.id, **raw})
            except DuplicateKeyError:
                return False
            return True
        expected = {"_id": contact.id, "contact.version": contact.version - 1}
        result = await self._contacts.update_one(expected, {"$set": raw})
        return result.matched_count == 1

    async def subscribed(self, keys: Collection[str]) -> list[Contact]:
        found = self._contacts.find({"keys": {"$in": sorted(keys)}})
        return [Contact.model_validate(raw["contact"]) async for raw in found]
