"""A topic that is made anew is known to be another one, though it says the same: nothing."""

import asyncio
import os
from collections.abc import AsyncIterator
from itertools import count

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from chassis.folding.ledger.logs import LogId
from chassis.folding.running.topic_ids import log_ids

pytestmark = pytest.mark.integration
PATIENCE_SECONDS = 30.0
NUMBERS = count()


@pytest.fixture
async def admin(kafka_url: str) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=kafka_url)
    await client.start()
    yield client
    await client.close()


async def until_there(url: str, name: str, *, there: bool) -> dict[str, LogId]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            ids = await log_ids(url, [name])
            if (name in ids) == there:
                return ids
            await asyncio.sleep(0.1)


async def test_a_topic_that_is_made_anew_has_another_id(
    admin: AIOKafkaAdminClient, kafka_url: str
) -> None:
    name, other = (f"log-ids-{os.getpid()}-{next(NUMBERS)}" for _ in range(2))
    await admin.create_topics([NewTopic(each, 1, 1) for each in (name, other)])
    first = await until_there(kafka_url, name, there=True)
    assert first == await log_ids(kafka_url, [name, "nowhere"])
    beside = await until_there(kafka_url, other, there=True)

    await admin.delete_topics([name])
    await until_there(kafka_url, name, there=False)
    await admin.create_topics([NewTopic(name, 1, 1)])
    second = await until_there(kafka_url, name, there=True)

    ids = {each.topic for each in (first[name], second[name], beside[other])}
    assert (len(ids), {len(each) for each in ids}) == (3, {32})
    assert first[name].cluster == second[name].cluster == beside[other].cluster
    await admin.delete_topics([name, other])
    assert await until_there(kafka_url, other, there=False) == {}
