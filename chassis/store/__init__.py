"""Where aggregates are kept: one document each, state and outbox in the same write."""

from chassis.store.document import Change, CommandRecord, Document, JsonObject, OutboxRecord
from chassis.store.memory import MemoryRegisters, MemoryRepository
from chassis.store.mongo import MongoRegisters, MongoRepository
from chassis.store.protocol import Registers, Repository

__all__ = [
    "Change",
    "CommandRecord",
    "Document",
    "JsonObject",
    "MemoryRegisters",
    "MemoryRepository",
    "MongoRegisters",
    "MongoRepository",
    "OutboxRecord",
    "Registers",
    "Repository",
]
