"""The store on any server that speaks MongoDB's protocol.

Hot paths go by `_id` only; `pending` and `find` use single-field indexes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo import AsyncMongoClient, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError

from chassis.store.document import (
    COMMANDS_KEPT,
    Change,
    CommandRecord,
    Document,
    JsonObject,
    OutboxRecord,
)

DUPLICATE_KEY = 11000
Database = AsyncDatabase[dict[str, Any]]
Collection = AsyncCollection[dict[str, Any]]


def connect(url: str) -> AsyncMongoClient[dict[str, Any]]:
    """A client whose writes are acknowledged by a majority and journaled."""
    return AsyncMongoClient(url, w="majority", journal=True, serverSelectionTimeoutMS=5_000)


class MongoRepository:
    """Implements chassis.store.protocol.Repository on one collection."""

    def __init__(self, database: Database, collection: str) -> None:
        self._database = database
        self._documents: Collection = database[collection]

    async def prepare(self, *found_by: str) -> None:
        """Create the indexes that `pending` and `find` use."""
        await self._documents.create_index("outbox.ordinal", sparse=True)
        for field in found_by:
            await self._documents.create_index(f"state.{field}")

    async def load(self, ids: Sequence[str]) -> dict[str, Document]:
        return {raw["_id"]: _document(raw) async for raw in self._documents.find(_by_id(ids))}

    async def insert(self, documents: Sequence[Document]) -> set[str]:
        if not documents:  # the driver refuses to write nothing
            return set()
        try:
            await self._documents.insert_many(map(_raw, documents), ordered=False)
        except BulkWriteError as error:
            failures: list[dict[str, Any]] = error.details["writeErrors"]
            if any(failure["code"] != DUPLICATE_KEY for failure in failures):
                raise
            return {documents[failure["index"]].id for failure in failures}
        return set()

    async def change(self, change: Change) -> bool:
        result = await self._documents.update_one(_expected(change), _update(change))
        return result.matched_count == 1

    async def change_many(self, changes: Sequence[Change]) -> bool:
        if not changes:  # the driver refuses to write nothing
            return True
        result = await self._documents.bulk_write(
            [UpdateOne(_expected(change), _update(change)) for change in changes], ordered=False
        )
        return result.matched_count == len(changes)

    async def pending(self, limit: int) -> list[str]:
        waiting = self._documents.find({"outbox.ordinal": {"$exists": True}}, {"_id": 1})
        return [raw["_id"] async for raw in waiting.limit(limit)]

    async def outboxes(self, ids: Sequence[str]) -> dict[str, tuple[OutboxRecord, ...]]:
        found = self._documents.find(_by_id(ids), {"outbox": 1})
        return {raw["_id"]: _outbox(raw) async for raw in found}

    async def acknowledge(self, published: Mapping[str, int]) -> None:
        if not published:
            return
        await self._documents.bulk_write(
            [
                UpdateOne({"_id": id_}, {"$pull": {"outbox": {"ordinal": {"$lte": ordinal}}}})
                for id_, ordinal in published.items()
            ],
            ordered=False,
        )

    async def find(self, field: str, value: str) -> list[Document]:
        return [_document(raw) async for raw in self._documents.find({f"state.{field}": value})]

    async def ready(self) -> None:
        await self._database.command("ping")


class MongoRegisters:
    """Implements chassis.store.protocol.Registers on one collection."""

    def __init__(self, database: Database, collection: str = "registers") -> None:
        self._registers: Collection = database[collection]

    async def get(self, name: str) -> JsonObject | None:
        raw = await self._registers.find_one({"_id": name})
        return None if raw is None else raw["value"]

    async def put(self, name: str, expected: JsonObject | None, value: JsonObject) -> bool:
        if expected is None:
            try:
                await self._registers.insert_one({"_id": name, "value": value})
            except DuplicateKeyError:
                return False
            return True
        result = await self._registers.update_one(
            {"_id": name, "value": expected}, {"$set": {"value": value}}
        )
        return result.matched_count == 1

    async def names(self, prefix: str) -> Iterable[str]:
        raws = self._registers.find({}, {"_id": 1})
        return sorted([raw["_id"] async for raw in raws if raw["_id"].startswith(prefix)])

    async def delete(self, name: str) -> None:
        await self._registers.delete_one({"_id": name})


def _by_id(ids: Sequence[str]) -> dict[str, Any]:
    return {"_id": ids[0]} if len(ids) == 1 else {"_id": {"$in": list(ids)}}


def _expected(change: Change) -> dict[str, Any]:
    return {"_id": change.id, "version": change.expected_version}


def _update(change: Change) -> dict[str, Any]:
    update: dict[str, Any] = {"$set": {"version": change.version, "state": change.state}}
    push: dict[str, Any] = {}
    if change.outbox:
        push["outbox"] = {"$each": [_raw_record(record) for record in change.outbox]}
    if change.command:
        push["commands"] = {"$each": [_raw_command(change.command)], "$slice": -COMMANDS_KEPT}
    if push:
        update["$push"] = push
    return update


def _raw(document: Document) -> dict[str, Any]:
    return {
        "_id": document.id,
        "partition_key": document.partition_key,
        "version": document.version,
        "state": document.state,
        "creation": _raw_command(document.creation),
        "commands": [_raw_command(command) for command in document.commands],
        "outbox": [_raw_record(record) for record in document.outbox],
    }


def _raw_record(record: OutboxRecord) -> dict[str, Any]:
    # Not dataclasses.asdict: it copies deeply, which is a third of the time of a bulk request.
    return {name: getattr(record, name) for name in OutboxRecord.__slots__}


def _raw_command(command: CommandRecord) -> dict[str, Any]:
    return {name: getattr(command, name) for name in CommandRecord.__slots__}


def _document(raw: dict[str, Any]) -> Document:
    return Document(
        id=raw["_id"],
        partition_key=raw["partition_key"],
        version=raw["version"],
        state=raw["state"],
        creation=_command(raw["creation"]),
        commands=tuple(map(_command, raw["commands"])),
        outbox=_outbox(raw),
    )


def _outbox(raw: dict[str, Any]) -> tuple[OutboxRecord, ...]:
    records = (OutboxRecord(**record) for record in raw["outbox"])
    return tuple(sorted(records, key=lambda record: record.ordinal))


def _command(raw: dict[str, Any]) -> CommandRecord:
    events = tuple((event_id, event_type) for event_id, event_type in raw["events"])
    return CommandRecord(raw["key"], raw["fingerprint"], raw["ordinal"], events)
