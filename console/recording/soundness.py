"""Whether a manifest agrees with itself: what it leaves out would be taken for empty."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import TypeVar

from console.recording.errors import RecordingError
from console.recording.layout import Layout
from console.recording.manifest import Manifest, Part, TopicRange, load

MOST_PARTITIONS = 100_000
"""Of one topic. No broker has so many, and what is made of a number has a bound."""

Name = TypeVar("Name", str, int)


def load_sound(layout: Layout) -> Manifest:
    """The manifest of a recording. The one file of lines is the one beside it, also when both have
    been given another name.

    Raises RecordingError with the first thing that is wrong.
    """
    manifest = load(layout.manifest)
    for problem in _problems(manifest, one_file=layout.file is not None):
        raise RecordingError(f"{layout.manifest} does not agree with itself: {problem}")
    if layout.file:
        manifest.parts[0].file = layout.file
    return manifest


def require_all_partitions(manifest: Manifest, name: object) -> None:
    """Raises RecordingError when one of several is left out: others would take its place."""
    for topic in manifest.topics:
        numbers = sorted(found.partition for found in topic.partitions) or [-1]
        for expected, number in enumerate(numbers):
            if number != expected:
                raise RecordingError(f"{name} lacks the partition {expected} of {topic.name}")


def _problems(manifest: Manifest, *, one_file: bool) -> Iterator[str]:
    if not manifest.topics:
        yield "it names no topic"
    if one_file and len(manifest.parts) > 1:
        yield f"one file has {len(manifest.parts)} parts"
    yield from _problems_of_parts(manifest.parts)
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


def _problems_of_parts(parts: Sequence[Part]) -> Iterator[str]:
    for file in _twice(part.file for part in parts):
        yield f"the part {file} stands twice"
    for part in parts:
        if not _is_plain(part.file):
            yield f"the part {part.file!r} is no name of a file beside it"
        if not part.topics:
            yield f"the part {part.file} holds no topic"


def _problems_of(topic: TopicRange) -> Iterator[str]:
    for number in _twice(found.partition for found in topic.partitions):
        yield f"partition {number} of {topic.name} stands twice"
    for found in topic.partitions:
        place = f"{topic.name} {found.partition}"
        if not 0 <= found.partition < MOST_PARTITIONS:
            yield f"{place} is no partition from 0 to {MOST_PARTITIONS - 1}"
        elif not 0 <= found.start <= found.end:
            yield f"{place} is said to go from {found.start} to {found.end}"
        elif not 0 <= found.records <= found.end - found.start:
            yield f"{found.records} records of {place} from {found.start} to {found.end}"


def _is_plain(file: str) -> bool:
    """Whether it names a file in the folder, by any system's rules, and no other place."""
    names = {file, PurePosixPath(file).name, PureWindowsPath(file).name}
    return names == {file} and file not in {"", ".."} and file.isprintable()


def _twice(names: Iterable[Name]) -> list[Name]:
    return [name for name, times in Counter(names).items() if times > 1]
