"""The topics of a sandbox: made as they were recorded, all or none."""

from collections.abc import Mapping, Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from console.recording.errors import RecordingError

_ANY_TIME = {"message.timestamp.after.max.ms": str((1 << 63) - 1)}
"""A broker of Kafka 4 refuses what is more than an hour ahead of its clock."""


def new_topic(name: str, partitions: int, settings: Mapping[str, str]) -> NewTopic:
    """One replica is enough for what can be replayed again."""
    return NewTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=1,
        topic_configs=dict(settings) | {"min.insync.replicas": "1"} | _ANY_TIME,
    )


async def require_possible(admin: AIOKafkaAdminClient, topics: Sequence[NewTopic]) -> None:
    """Raises RecordingError when the broker would not make one of them; nothing is made."""
    if topics:
        answer = await admin.create_topics(list(topics), validate_only=True)
        _require_none(_refusals(answer.topic_errors))


async def create(admin: AIOKafkaAdminClient, topics: Sequence[NewTopic]) -> list[str]:
    """Their names. When one of them cannot be made, those that were are taken away again.

    Raises RecordingError.
    """
    if not topics:
        return []
    answer = await admin.create_topics(list(topics))
    refusals = _refusals(answer.topic_errors)
    if refusals:
        await remove(admin, [name for name, *_ in answer.topic_errors if name not in refusals])
    _require_none(refusals)
    return [topic.name for topic in topics]


async def remove(admin: AIOKafkaAdminClient, names: Sequence[str]) -> None:
    """Raises RecordingError when the broker does not answer."""
    if names:
        try:
            await admin.delete_topics(list(names))
        except KafkaError as error:
            raise RecordingError(
                f"the topics {', '.join(names)} were made and could not be deleted again: {error}"
            ) from error


def _refusals(errors: Sequence[Sequence[object]]) -> dict[str, str]:
    """Why each topic is not made, in the broker's words; all of them know the setting and value."""
    found = {}
    for name, code, *message in errors:
        if code == TopicAlreadyExistsError.errno:
            found[str(name)] = (
                "was made at this moment: another replay begins in the sandbox; let it end, or "
                "name another one (--prefix)"
            )
        elif code:
            why = next(filter(None, message), None) or for_code(code).__name__
            found[str(name)] = f"cannot be made: {why}"
    return found


def _require_none(refusals: Mapping[str, str]) -> None:
    for name, why in refusals.items():
        raise RecordingError(f"{name} {why}")
