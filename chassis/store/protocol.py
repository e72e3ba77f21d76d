"""What a store must do. One suite of tests holds every implementation to it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from chassis.store.document import Change, Document, JsonObject, OutboxRecord


class Repository(Protocol):
    """Aggregates of one kind."""

    async def load(self, ids: Sequence[str]) -> dict[str, Document]:
        """The documents of those ids that exist."""

    async def insert(self, documents: Sequence[Document]) -> set[str]:
        """Insert new documents. Returns the ids that existed already; those stay as they were."""

    async def change(self, change: Change) -> bool:
        """Compare-and-set on the version. False when another writer was first."""

    async def change_many(self, changes: Sequence[Change]) -> bool:
        """Compare-and-set of several documents, each for itself. False when any was not the first.

        Then others may have been written: the caller has to look.
        """

    async def pending(self, limit: int) -> list[str]:
        """Ids of up to `limit` documents whose outbox is not empty. May scan: no hot path."""

    async def outboxes(self, ids: Sequence[str]) -> dict[str, tuple[OutboxRecord, ...]]:
        """The outboxes of these documents, in the order of ordinals."""

    async def acknowledge(self, published: Mapping[str, int]) -> None:
        """Remove from each outbox what has an ordinal up to the given one."""

    async def find(self, field: str, value: str) -> list[Document]:
        """All documents whose state has `value` in the dotted path `field`. May scan."""

    async def ready(self) -> None:
        """Raises an infrastructure error when the store cannot be reached."""


class Registers(Protocol):
    """Small documents by name with compare-and-set: leases, day marks, clocks, tasks."""

    async def get(self, name: str) -> JsonObject | None:
        """The value of a register, None when it was never set."""

    async def put(self, name: str, expected: JsonObject | None, value: JsonObject) -> bool:
        """Set a register that still has the value `expected`. False when it has another one."""

    async def names(self, prefix: str) -> Iterable[str]:
        """The names that begin with `prefix`, sorted."""

    async def delete(self, name: str) -> None:
        """Forget a register."""
