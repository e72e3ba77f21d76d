"""What lines add up to: what a manifest states and a reader holds against it."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from console.recording.lines import LineError
from console.recording.record import Place, Record


@dataclass(slots=True)
class Tally:
    """Counts of the lines of one file; `size` in bytes. `types` counts by topic, then type."""

    lines: int = 0
    size: int = 0
    records: Counter[Place] = field(default_factory=Counter)
    types: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _first: dict[Place, int] = field(default_factory=dict)
    _last: dict[Place, int] = field(default_factory=dict)
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, line: bytes, record: Record) -> None:
        """Count a line, given with its end.

        Raises LineError when its offset does not come after the one before in its partition.
        """
        last = self._last.get(record.place, -1)
        if record.offset <= last:
            raise LineError(
                f"offset {record.offset} of {record.topic} {record.partition} comes after {last}"
            )
        self._first.setdefault(record.place, record.offset)
        self._last[record.place] = record.offset
        self.lines += 1
        self.size += len(line)
        self.records[record.place] += 1
        self.types[record.topic][record.type] += 1
        self._hash.update(line)

    @property
    def sha256(self) -> str:
        """Of all lines so far, uncompressed."""
        return self._hash.hexdigest()

    @property
    def reach(self) -> Mapping[Place, tuple[int, int]]:
        """The offsets of the first and the last line of each partition that has one."""
        return {place: (first, self._last[place]) for place, first in self._first.items()}

    @property
    def following(self) -> Mapping[Place, int]:
        """The offset after the last line of each partition that has one."""
        return {place: offset + 1 for place, offset in self._last.items()}
