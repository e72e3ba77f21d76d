"""What a service that folds is told from outside, beyond what every service is told."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from chassis.settings import Settings

Generation = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""Of a fold. Each service names its setting after itself: services share their environment."""
Seconds = Annotated[float, Field(gt=0, le=60)]


class FoldSettings(Settings):
    """Settings of a fold. Raises pydantic.ValidationError naming what is malformed."""

    publish_pause: Seconds = 0.03
    """Least time between two transactions of one partition, while the fold keeps up;"""
    publish_pause_times: Annotated[float, Field(ge=0, le=100)] = 2.0
    """else so many times as long as the last one took: under load they take longer, and fewer and
    larger ones cost less;"""
    publish_pause_most: Seconds = 0.25
    """but for that no more than this."""
    publish_pause_behind: Seconds = 10.0
    """The time between two while the fold is behind its inputs: nobody waits for what is old
    already, and a cell that changes again and again is told once."""
    behind_records: Annotated[int, Field(ge=1)] = 2_000
    """From so many unread records of a partition on, the fold counts as behind there."""
    transaction_outputs: Annotated[int, Field(ge=1)] = 20_000
    """Most contributions that go out in one transaction: it has to end before the broker ends it,
    and no reader should have to wait for long."""
    closing_pause: Seconds = 0.2
    """How long a closed day waits for other sources to close it, when there is nothing else."""
    poll_batch: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    """Most records that are taken from the client at a time: few enough to stay in the caches of
    the processor until they are read."""
    fold_batch: Annotated[int, Field(ge=1, le=100_000)] = 10_000
    """Most records of a partition that are folded and committed together."""
    snapshots: Path | None = None
    """The folder of the ledgers' snapshots, on another disk if possible; beside the ledgers, if
    none is named."""
    snapshot_records: Annotated[int, Field(ge=1)] = 1_000_000
    """After so many records of a partition another snapshot of its ledger is taken,"""
    snapshot_minutes: Annotated[float, Field(gt=0)] = 60.0
    """and after such a time, if there was any record."""
    snapshots_kept: Annotated[int, Field(ge=0)] = 2
    """So many of each ledger; 0: none is taken."""

    @property
    def snapshots_folder(self) -> Path:
        return self.snapshots or self.data
