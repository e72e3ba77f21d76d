"""Mails to be sent: written with the notification, removed when its outcome is recorded."""

from collections.abc import Sequence
from typing import Any, Protocol

from pydantic import AwareDatetime
from pymongo import ASCENDING, InsertOne
from pymongo.errors import BulkWriteError

from chassis.store.mongo import DUPLICATE_KEY, Collection, Database
from contracts.values import Id, Value
from services.notifications.occasions import Facts


class Delivery(Value):
    """The work that a notification is. Times are seconds of this world, not of a driven clock.

    `attempts` counts those that were begun; nothing is sent before `due`. `unsettled` says that an
    attempt ended without an answer: the recipient may have the mail. Those of one contact are sent
    in the order of `queued` and `place`.
    """

    id: Id
    contact_id: Id
    facts: Facts
    requested_at: AwareDatetime
    queued: float
    place: int = 0
    due: float = 0.0
    attempts: int = 0
    unsettled: bool = False

    def begun(self, until: float) -> "Delivery":
        """With one attempt more, which nobody else makes before `until`."""
        return self.model_copy(
            update={"attempts": self.attempts + 1, "due": until, "unsettled": True}
        )


class Deliveries(Protocol):
    async def add(self, deliveries: Sequence[Delivery]) -> None:
        """Keep these. One that is kept already stays as it is."""

    async def get(self, id_: str) -> Delivery | None: ...

    async def contacts(self) -> list[str]:
        """The contacts for whom something waits."""

    async def first(self, contact_id: str) -> Delivery | None:
        """What is to be sent first to this contact."""

    async def replace(self, before: Delivery, after: Delivery) -> bool:
        """Compare-and-set on attempts and due time. False when another writer was first."""

    async def remove(self, id_: str) -> None: ...

    async def count(self) -> int:
        """About how many wait."""


class MongoDeliveries:
    """Implements Deliveries on one collection."""

    def __init__(self, database: Database) -> None:
        self._deliveries: Collection = database["deliveries"]

    async def prepare(self) -> None:
        """Create the index that `first` uses."""
        await self._deliveries.create_index("contact_id")

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        if not deliveries:
            return
        inserts = [InsertOne(_raw(delivery)) for delivery in deliveries]
        try:
            await self._deliveries.bulk_write(inserts, ordered=False)
        except BulkWriteError as error:
            if any(failure["code"] != DUPLICATE_KEY for failure in error.details["writeErrors"]):
                raise

    async def get(self, id_: str) -> Delivery | None:
        return _delivery(await self._deliveries.find_one({"_id": id_}))

    async def contacts(self) -> list[str]:
        return [str(id_) for id_ in await self._deliveries.distinct("contact_id")]

    async def first(self, contact_id: str) -> Delivery | None:
        order = [("queued", ASCENDING), ("place", ASCENDING)]
        return _delivery(await self._deliveries.find_one({"contact_id": contact_id}, sort=order))

    async def replace(self, before: Delivery, after: Delivery) -> bool:
        expected = {"_id": before.id, "attempts": before.attempts, "due": before.due}
        result = await self._deliveries.replace_one(expected, _raw(after))
        return result.matched_count == 1

    async def remove(self, id_: str) -> None:
        await self._deliveries.delete_one({"_id": id_})

    async def count(self) -> int:
        return await self._deliveries.estimated_document_count()


def _raw(delivery: Delivery) -> dict[str, Any]:
    raw = delivery.model_dump(mode="json")
    return {"_id": raw.pop("id"), **raw}


def _delivery(raw: dict[str, Any] | None) -> Delivery | None:
    return None if raw is None else Delivery.model_validate({**raw, "id": raw["_id"]})
