"""What others put on the bus: broken records go to the quarantine, and the service goes on."""

from typing import Any

import pytest
from aiokafka import ConsumerRecord

from contracts.catalogue import BY_TYPE
from contracts.topic import Topic
from contracts.topics import EXPORTS_SHIPMENTS, REGISTRY_PRODUCERS, quarantine_of
from tests.journey.platform import Platform, wait_until
from tests.journey.test_from_command_to_figure import export, figures, register

pytestmark = pytest.mark.integration
ID = "0f8fad5b-d9cb-569f-a165-70867728950e"


def headers(topic: Topic, name: str, **changes: bytes | None) -> list[tuple[str, bytes]]:
    """The headers of an event as its owner writes them, some changed or, with None, left out."""
    attributes: dict[str, bytes | None] = {
        "ce_specversion": b"1.0",
        "ce_id": ID.encode(),
        "ce_source": f"urn:zarbia:{topic.owner}".encode(),
        "ce_type": f"ma.zarbia.{topic.owner}.{name}.v1".encode(),
        "ce_time": b"2025-03-14T10:00:00+00:00",
        "ce_subject": ID.encode(),
        "ce_dataschema": b"urn:zarbia:schema:test",
        "content-type": b"application/json",
        "ce_partitionkey": ID.encode(),
        "ce_sequence": b"0000000001",
    }
    return [(key, value) for key, value in (attributes | changes).items() if value is not None]


def broken(topic: Topic, name: str) -> dict[str, tuple[Any, Any, Any]]:
    """Records that no reader of the topic can read, by the reason."""
    good, key = headers(topic, name), ID.encode()
    return {
        "field_json_invalid": (key, b"{not json", good),
        "field_json_invalid, nested": (key, b"[" * 200_000 + b"]" * 200_000, good),
        "header_missing": (key, b"{}", []),
        "header_not_utf8": (key, b"{}", headers(topic, name, ce_subject=b"\xff\xfe")),
        "tombstone": (key, None, good),
        "type_unknown": (
            key,
            b"{}",
            headers(topic, name, ce_type=f"ma.zarbia.{topic.owner}.Imagined.v1".encode()),
        ),
        "key_mismatch": (b"another", b"{}", good),
        "field_missing": (key, b"{}", good),
    }


def reason(record: ConsumerRecord[bytes, bytes]) -> str:
    return str(dict(record.headers)["__zarbia.error.reason"].decode())


CASES = [
    ("exports", REGISTRY_PRODUCERS, "ProducerRegistered"),
    ("export-metrics", EXPORTS_SHIPMENTS, "ShipmentExported"),
]


@pytest.mark.parametrize(("reader", "topic", "name"), CASES)
async def test_broken_records_are_set_aside_unchanged(
    platform: Platform, reader: str, topic: Topic, name: str
) -> None:
    assert f"ma.zarbia.{topic.owner}.{name}.v1" in BY_TYPE
    records = broken(topic, name)

    await platform.write(topic.name, 3, list(records.values()))
    producer = register(platform, f"after-{reader}")
    export(platform, producer, f"BUS-{reader[:9]}")

    wait_until(lambda: figures(platform, "month", f"BUS-{reader[:9]}") != [])
    found = await _eventually(platform, reader, len(records))
    expected = [name.split(",")[0] for name in records]
    assert [reason(record).split(",")[0] for record in found] == expected
    for copy, (key, value, original) in zip(found, records.values(), strict=True):
        kept = [(n, v) for n, v in copy.headers if not n.startswith("__zarbia.error.")]
        assert (copy.key, copy.value, kept) == (key, value, list(original))
        assert dict(copy.headers)["__zarbia.error.topic"].decode() == topic.name


async def _eventually(
    platform: Platform, reader: str, number: int
) -> list[ConsumerRecord[bytes, bytes]]:
    for _ in range(100):
        found = await platform.read(quarantine_of(reader))
        if len(found) >= number:
            return found
    raise AssertionError(f"fewer than {number} records in the quarantine of {reader}")
