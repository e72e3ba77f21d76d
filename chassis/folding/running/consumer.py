"""The consumer of a fold: a member of the group that shares the partition numbers out."""

import aiokafka
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor

from chassis.folding import native
from chassis.folding.fold import Fold

SESSION_TIMEOUT_MS = 6_000
FETCH_BYTES = 4 * 2**20
"""Of a partition at a time: enough compressed records for a batch."""


def group_of(fold: Fold, generation: int) -> str:
    """Each generation reads all partitions for itself, beside the others."""
    return fold.name if generation == 1 else f"{fold.name}-g{generation}"


WRITTEN_FOR = "0.14."
"""The versions of the client whose insides `fetching` knows."""


def fetch_fast() -> bool:
    """Have compiled code take apart what is fetched, where there is such code and the client is
    known to it; says whether it does."""
    if not (native.COMPILED and aiokafka.__version__.startswith(WRITTEN_FOR)):
        return False
    from chassis.folding.running import fetching  # noqa: PLC0415 - of another client it may fail

    fetching.install()
    return True


def new_consumer(bootstrap: str, fold: Fold, generation: int) -> AIOKafkaConsumer:
    """One that begins where it is told to, and nowhere else."""
    fetch_fast()
    return AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group_of(fold, generation),
        enable_auto_commit=False,
        # An offset that the log does not have is a log that was cut or made anew: never a
        # reason to begin somewhere else.
        auto_offset_reset="none",
        isolation_level="read_committed",
        max_partition_fetch_bytes=FETCH_BYTES,
        partition_assignment_strategy=[RangePartitionAssignor],
        max_poll_interval_ms=600_000,
        rebalance_timeout_ms=60_000,
        session_timeout_ms=SESSION_TIMEOUT_MS,
        heartbeat_interval_ms=SESSION_TIMEOUT_MS // 3,
    )
