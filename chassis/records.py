"""What an aggregate remembers of a command: its key, its content as a hash, and its events."""

from chassis.creation import CREATION
from chassis.outbox import Circumstances
from chassis.store import CommandRecord, OutboxRecord


def key_of(circumstances: Circumstances) -> str:
    return circumstances.idempotency_key or CREATION


def command_record(
    around: Circumstances, outbox: tuple[OutboxRecord, ...], ordinal: int
) -> CommandRecord:
    # Each event once, of however many partitions.
    events = {record.ordinal: (record.event_id, record.event_type) for record in outbox}
    return CommandRecord(key_of(around), around.fingerprint, ordinal, tuple(events.values()))
