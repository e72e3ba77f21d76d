"""The records of the quarantine topics."""

from collections.abc import Collection

from console.quarantine.errors import QuarantineError
from console.quarantine.record import Quarantined
from console.tail.errors import NoTopicError, TailError
from console.tail.reading import read_records
from console.tail.start import Beginning, Offset, Start
from contracts.topic import Topic
from contracts.topics import TOPICS, quarantine_of

READERS: dict[str, Topic] = {
    topic.owner: topic for topic in TOPICS if topic.name == quarantine_of(topic.owner)
}
"""Each reader that has a quarantine."""


def reader_named(name: str) -> str:
    """Also with an underscore, as services are named elsewhere.

    Raises QuarantineError naming the known readers.
    """
    reader = name.replace("_", "-")
    if reader not in READERS:
        raise QuarantineError(f"no reader {name}; there is {', '.join(READERS)}", "READER")
    return reader


async def read_all(kafka: str, readers: Collection[str]) -> list[Quarantined]:
    """All that these readers have set aside, the oldest first. A topic not yet made holds nothing.

    Raises QuarantineError when the broker cannot be read.
    """
    return [record for reader in readers for record in await _read(kafka, reader, Beginning())]


async def read_one(kafka: str, reader: str, offset: int) -> Quarantined:
    """Raises QuarantineError when there is none at this offset, or the broker cannot be read."""
    found = await _read(kafka, reader, Offset(offset), most=1)
    if not found or found[0].offset != offset:
        raise QuarantineError(f"the quarantine of {reader} has no record at offset {offset}")
    return found[0]


async def _read(
    kafka: str, reader: str, start: Start, most: int | None = None
) -> list[Quarantined]:
    topic = READERS[reader]
    found: list[Quarantined] = []
    records = read_records(kafka, topic, start, follow=False)
    try:
        async for record in records:
            found.append(Quarantined(reader, topic, record))
            if len(found) == most:
                break
    except NoTopicError:
        return []
    except TailError as error:
        raise QuarantineError(str(error)) from error
    finally:
        await records.aclose()
    return found
