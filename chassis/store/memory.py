"""A store in memory: for tests of services, and the plainest statement of what a store does."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace

from chassis.store.document import COMMANDS_KEPT, Change, Document, JsonObject, OutboxRecord


class MemoryRepository:
    """Implements chassis.store.protocol.Repository."""

    def __init__(self) -> None:
        self._documents: dict[str, Document] = {}

    async def load(self, ids: Sequence[str]) -> dict[str, Document]:
        return {id_: deepcopy(self._documents[id_]) for id_ in ids if id_ in self._documents}

    async def insert(self, documents: Sequence[Document]) -> set[str]:
        existed: set[str] = set()
        for document in documents:
            if document.id in self._documents:
                existed.add(document.id)
            else:
                self._documents[document.id] = deepcopy(document)
        return existed

    async def change(self, change: Change) -> bool:
        old = self._documents.get(change.id)
        if old is None or old.version != change.expected_version:
            return False
        commands = (*old.commands, *([change.command] if change.command else []))
        self._documents[change.id] = replace(
            old,
            version=change.version,
            state=deepcopy(change.state),
            commands=commands[-COMMANDS_KEPT:],
            outbox=(*old.outbox, *change.outbox),
        )
        return True

    async def change_many(self, changes: Sequence[Change]) -> bool:
        return all([await self.change(change) for change in changes])

    async def pending(self, limit: int) -> list[str]:
        return [d.id for d in self._documents.values() if d.outbox][:limit]

    async def outboxes(self, ids: Sequence[str]) -> dict[str, tuple[OutboxRecord, ...]]:
        return {id_: document.outbox for id_, document in (await self.load(ids)).items()}

    async def acknowledge(self, published: Mapping[str, int]) -> None:
        for id_, ordinal in published.items():
            if document := self._documents.get(id_):
                waiting = tuple(r for r in document.outbox if r.ordinal > ordinal)
                self._documents[id_] = replace(document, outbox=waiting)

    async def find(self, field: str, value: str) -> list[Document]:
        return [
            deepcopy(document)
            for document in self._documents.values()
            if _at(document.state, field) == value
        ]

    async def ready(self) -> None:
        return None


class MemoryRegisters:
    """Implements chassis.store.protocol.Registers."""

    def __init__(self) -> None:
        self._values: dict[str, JsonObject] = {}

    async def get(self, name: str) -> JsonObject | None:
        return deepcopy(self._values.get(name))

    async def put(self, name: str, expected: JsonObject | None, value: JsonObject) -> bool:
        if self._values.get(name) != expected:
            return False
        self._values[name] = deepcopy(value)
        return True

    async def names(self, prefix: str) -> Iterable[str]:
        return sorted(name for name in self._values if name.startswith(prefix))

    async def delete(self, name: str) -> None:
        self._values.pop(name, None)


def _at(state: JsonObject, path: str) -> object:
    value: object = state
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
