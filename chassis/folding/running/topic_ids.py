"""Asking the broker which logs its topics are.

The client's own question is of a version from before topics had ids. This one is `Metadata`,
version 10: https://kafka.apache.org/protocol#The_Messages_Metadata
"""

from collections.abc import Collection
from typing import Any

import structlog
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

from chassis.folding.ledger.logs import LogId

log = structlog.get_logger()


class _Uuid:
    """16 bytes, as the client's types are: encoded and decoded."""

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return value

    @classmethod
    def decode(cls, data: Any) -> bytes:
        found: bytes = data.read(16)
        return found

    @classmethod
    def repr(cls, value: bytes) -> str:
        return value.hex()


_ANY_ID = bytes(16)
_NO_TAGS: dict[int, bytes] = {}
_TEXT = CompactString("utf-8")


class _Answer(Response):  # type: ignore[misc]  # aiokafka is not typed
    API_KEY = 3
    API_VERSION = 10
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", _TEXT),
                ("port", Int32),
                ("rack", _TEXT),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", _TEXT),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("topic", _TEXT),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("authorized_operations", Int32),
        ("tags", TaggedFields),
    )


class _Question(RequestStruct):  # type: ignore[misc]  # as above
    API_KEY = 3
    API_VERSION = 10
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = _Answer
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", _Uuid), ("name", _TEXT), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _LogsOf(Request[_Question]):  # type: ignore[misc]  # as above
    API_KEY = 3

    def __init__(self, topics: Collection[str]) -> None:
        self._topics: list[tuple[bytes, str, dict[int, bytes]]] = [
            (_ANY_ID, name, {}) for name in topics
        ]

    def build(self, request_struct_class: type[_Question]) -> _Question:
        return request_struct_class(self._topics, False, False, False, _NO_TAGS)


async def log_ids(bootstrap: str, topics: Collection[str]) -> dict[str, LogId]:
    """Those of these topics that are there; none from a broker whose topics have no ids."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap)
    await client.bootstrap()
    try:
        answer = await client.send(client.get_random_node(), _LogsOf(topics))
    except NotImplementedError:
        log.warning("this broker's topics have no ids: logs are known by their last record alone")
        return {}
    finally:
        await client.close()
    return {
        topic["topic"]: LogId(answer.cluster_id, topic["topic_id"].hex())
        for topic in answer.to_object()["topics"]
        if not topic["error_code"]
    }
