"""What stands beside the lines of a recording: where they come from and what they add up to."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from console.recording.errors import RecordingError
from console.recording.frames import Compression
from console.recording.tally import Tally
from console.stack.folder import write_atomically

FORMAT = "zarbia-recording"
VERSION = 1

Form = Literal["cloudevents", "exact"]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for, as it was written. `types` are full CloudEvents types; empty means all.

    `prefix` stood before the names of the topics where they were read, and stands in no line.
    """

    topics: list[str]
    start: str = "beginning"
    until: str = "end"
    types: list[str] = []
    subject: str = ""
    key: str = ""
    form: Form = "cloudevents"
    prefix: str = ""


class Range(msgspec.Struct, kw_only=True):
    """Offsets of a partition from `start` to before `end`; `records` of them were recorded."""

    partition: int
    start: int
    end: int
    records: int = 0


class TopicRange(msgspec.Struct, kw_only=True):
    """`settings` are the topic's own on its broker. `types` counts records by CloudEvents type."""

    name: str
    settings: dict[str, str]
    partitions: list[Range]
    records: int = 0
    types: dict[str, int] = {}


class Part(msgspec.Struct, kw_only=True):
    """A file of lines, by its name. `bytes` and `sha256` are of the lines, uncompressed."""

    file: str
    topics: list[str]
    lines: int = 0
    bytes: int = 0
    sha256: str = ""


class Manifest(msgspec.Struct, kw_only=True):
    """`cluster` is the id of the Kafka cluster. Until `complete`, what is counted is not known."""

    format: str = FORMAT
    version: int = VERSION
    complete: bool = False
    asked: Asked
    compression: Compression
    isolation: str = "read_committed"
    cluster: str
    started: datetime
    finished: datetime | None = None
    topics: list[TopicRange]
    parts: list[Part]

    @property
    def identity(self) -> str:
        """A digest of all that was recorded."""
        return hashlib.sha256("".join(part.sha256 for part in self.parts).encode()).hexdigest()

    @property
    def records(self) -> int:
        return sum(part.lines for part in self.parts)

    def topics_of(self, part: Part) -> list[TopicRange]:
        return [topic for topic in self.topics if topic.name in part.topics]

    def settle(self, part: Part, tally: Tally) -> None:
        """Note what the lines of a part add up to."""
        part.lines, part.bytes, part.sha256 = tally.lines, tally.size, tally.sha256
        for topic in self.topics_of(part):
            topic.types = dict(sorted(tally.types[topic.name].items()))
            topic.records = sum(topic.types.values())
            for found in topic.partitions:
                found.records = tally.records[topic.name, found.partition]

    def differences(self, part: Part, tally: Tally) -> list[str]:
        """What the lines of a part are found to be and are not said to be."""
        found = msgspec.json.decode(msgspec.json.encode(self), type=Manifest)
        (other,) = (each for each in found.parts if each.file == part.file)
        found.settle(other, tally)
        wrong = [
            f"{name} {getattr(other, name)} instead of {getattr(part, name)}"
            for name in ("lines", "bytes", "sha256")
            if getattr(other, name) != getattr(part, name)
        ]
        pairs = zip(self.topics_of(part), found.topics_of(other), strict=True)
        wrong += [f"other counts of {said.name}" for said, is_ in pairs if said != is_]
        return wrong + list(self._outside(part, tally))

    def _outside(self, part: Part, tally: Tally) -> Iterator[str]:
        """Records where the manifest says that there are none."""
        ranges = {
            (topic.name, found.partition): found
            for topic in self.topics_of(part)
            for found in topic.partitions
        }
        for place, (first, last) in sorted(tally.reach.items()):
            name, partition = place
            said = ranges[place]
            if first < said.start or last >= said.end:
                yield (
                    f"{name} {partition} holds the offsets {first} to {last}, and is said to go "
                    f"from {said.start} to before {said.end}"
                )

    def save(self, path: Path) -> None:
        """Replace the file as a whole. Who may read the lines may read it, too."""
        content = msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"
        write_atomically(path, content, mode=0o666)


class _Head(msgspec.Struct):
    format: str
    version: int


def load(path: Path) -> Manifest:
    """Raises RecordingError naming the file for what is none, or one of another version."""
    try:
        content = path.read_bytes()
        head = msgspec.json.decode(content, type=_Head)
        if head.format != FORMAT:
            raise RecordingError(f"{path} is no manifest of a recording but of {head.format}")
        if head.version != VERSION:
            raise RecordingError(
                f"{path}: format version {head.version} is not known; this reads {VERSION}"
            )
        return msgspec.json.decode(content, type=Manifest)
    except (ValueError, RecursionError) as error:  # what is no text, or nested too deep, too
        raise RecordingError(f"{path} is no manifest of a recording: {error}") from error
