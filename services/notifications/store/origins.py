"""Which producer an order or shipment is of, and what was to be told before that was known."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError

from chassis.store.mongo import DUPLICATE_KEY, Database
from chassis.store.mongo import Collection as MongoCollection
from services.notifications.occasions import Occasion


class Origins(Protocol):
    """A trigger can be read before the shipment that it is about: topics are not in step."""

    async def remember(self, producers: Mapping[str, str]) -> None:
        """Producers by the order or shipment. They never change."""

    async def known(self, subjects: Collection[str]) -> dict[str, str]:
        """The producers of those that are known."""

    async def put_aside(self, occasions: Sequence[Occasion]) -> None:
        """Keep occasions until the producer of their subject is known."""

    async def put_aside_for(self, subjects: Collection[str]) -> list[Occasion]:
        """What was put aside for these subjects."""

    async def forget_aside(self, subjects: Collection[str]) -> None:
        """Nothing is put aside for these subjects any more."""


class MongoOrigins:
    """Implements Origins on two collections. Every access goes by `_id`."""

    def __init__(self, database: Database) -> None:
        self._origins: MongoCollection = database["origins"]
        self._aside: MongoCollection = database["put_aside"]

    async def remember(self, producers: Mapping[str, str]) -> None:
        if not producers:
            return
        inserts = [InsertOne({"_id": id_, "producer": of}) for id_, of in producers.items()]
        try:
            await self._origins.bulk_write(inserts, ordered=False)
        except BulkWriteError as error:
            if any(failure["code"] != DUPLICATE_KEY for failure in error.details["writeErrors"]):
                raise

    async def known(self, subjects: Collection[str]) -> dict[str, str]:
        found = self._origins.find({"_id": {"$in": sorted(set(subjects))}})
        return {raw["_id"]: raw["producer"] async for raw in found}

    async def put_aside(self, occasions: Sequence[Occasion]) -> None:
        if not occasions:
            return
        await self._aside.bulk_write(
            [
                UpdateOne(
                    {"_id": occasion.subject},
                    {"$addToSet": {"occasions": occasion.model_dump(mode="json")}},
                    upsert=True,
                )
                for occasion in occasions
            ]
        )

    async def put_aside_for(self, subjects: Collection[str]) -> list[Occasion]:
        found = self._aside.find({"_id": {"$in": sorted(set(subjects))}})
        return [Occasion.model_validate(one) async for raw in found for one in raw["occasions"]]

    async def forget_aside(self, subjects: Collection[str]) -> None:
        await self._aside.delete_many({"_id": {"$in": sorted(set(subjects))}})
