"""Every store there is, empty, for the suite that holds each of them to its promises."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count

import pytest

from chassis.store import (
    MemoryRegisters,
    MemoryRepository,
    MongoRegisters,
    MongoRepository,
    Registers,
    Repository,
)
from chassis.store.mongo import connect

DATABASE = "zarbia_store_suite"
COLLECTIONS = count()


@dataclass(frozen=True)
class Store:
    repository: Repository
    registers: Registers


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.integration)])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """A store with nothing in it."""
    if request.param == "memory":
        yield Store(MemoryRepository(), MemoryRegisters())
        return
    client = connect(request.getfixturevalue("mongo_url"))
    database = client[DATABASE]
    names = f"aggregates_{next(COLLECTIONS)}", f"registers_{next(COLLECTIONS)}"
    for name in names:
        await database[name].drop()
    repository = MongoRepository(database, names[0])
    await repository.prepare("exporter.producer_id")
    yield Store(repository, MongoRegisters(database, names[1]))
    for name in names:
        await database[name].drop()
    await client.close()


@pytest.fixture
def repository(store: Store) -> Repository:
    return store.repository


@pytest.fixture
def registers(store: Store) -> Registers:
    return store.registers
