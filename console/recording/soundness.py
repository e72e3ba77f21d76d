"""Whether a manifest agrees with itself: what it leaves out would be taken for empty."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import TypeVar

from console.recording.errors import RecordingError
from console.recording.manifest import Manifest, TopicRange

Name = TypeVar("Name", str, int)


def require_sound(manifest: Manifest, name: object) -> None:
    """Raises RecordingError with the first thing that is wrong; `name` is of the manifest."""
    for problem in _problems(manifest):
        raise RecordingError(f"{name} does not agree with itself: {problem}")


def require_all_partitions(manifest: Manifest, name: object) -> None:
    """Raises RecordingError when one of several is left out: others would take its place."""
    for topic in manifest.topics:
        numbers = [found.partition for found in topic.partitions]
        if missing := set(range(max(numbers, default=0) + 1)) - set(numbers):
            raise RecordingError(f"{name} lacks the partition {min(missing)} of {topic.name}")


def _problems(manifest: Manifest) -> Iterator[str]:
    for file in _twice(part.file for part in manifest.parts):
        yield f"the part {file} stands twice"
    for part in manifest.parts:
        if not _is_plain(part.file):
            yield f"the part {part.file!r} is no name of a file beside it"
    held = [topic for part in manifest.parts for topic in part.topics]
    named = [topic.name for topic in manifest.topics]
    for topic in [*_twice(held), *_twice(named)]:
        yield f"the topic {topic} stands twice"
    for topic in sorted(set(named) - set(held)):
        yield f"no part holds the topic {topic}"
    for topic in sorted(set(held) - set(named)):
        yield f"a part holds the topic {topic}, of which nothing else is said"
    for each in manifest.topics:
        yield from _problems_of(each)


def _problems_of(topic: TopicRange) -> Iterator[str]:
    for number in _twice(found.partition for found in topic.partitions):
        yield f"partition {number} of {topic.name} stands twice"
    for found in topic.partitions:
        place = f"{topic.name} {found.partition}"
        if not 0 <= found.start <= found.end or found.partition < 0:
            yield f"{place} is said to go from {found.start} to {found.end}"
        elif not 0 <= found.records <= found.end - found.start:
            yield f"{found.records} records of {place} from {found.start} to {found.end}"


def _is_plain(file: str) -> bool:
    """Whether it names a file in the folder, by any system's rules, and no other place."""
    return file == PurePosixPath(file).name == PureWindowsPath(file).name and file != ".."


def _twice(names: Iterable[Name]) -> list[Name]:
    return [name for name, times in Counter(names).items() if times > 1]
