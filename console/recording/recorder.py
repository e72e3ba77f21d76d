"""A recording from its plan to its last line, in one go or in several."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Protocol

from chassis.clock import Clock
from console.recording.choice import takes
from console.recording.errors import RecordingError
from console.recording.layout import Layout
from console.recording.manifest import Asked, Manifest, Part, TopicRange
from console.recording.part import PartWriter
from console.recording.record import Place, Record
from console.recording.soundness import load_sound
from console.recording.source import Ranges, cluster_of, read_ranges, survey
from console.recording.tally import Tally
from console.tail.start import Start


class Source(Protocol):
    """The records in ranges of partitions, in one order that depends on nothing else."""

    def __call__(self, ranges: Ranges) -> AsyncIterator[Record]: ...


Progress = Callable[[int], None]
"""Is told how many offsets are behind, over and over."""


async def record(
    kafka: str,
    layout: Layout,
    asked: Asked,
    bounds: tuple[Start, Start],
    clock: Clock,
    on_plan: Callable[[Manifest], Progress],
) -> Manifest:
    """Record what stands between the `bounds`, which are what `asked` says of them.

    Goes on with a recording of the same that was cut off. `on_plan` is told what it will hold.
    Raises RecordingError when there is a complete one, or one of something else.
    """
    names = {topic: asked.prefix + topic for topic in asked.topics}
    if layout.manifest.exists():
        manifest = _cut_off(layout, asked, await cluster_of(kafka))
    else:
        cluster, ranges = await survey(kafka, names, *bounds)
        manifest = _planned(layout, asked, cluster, ranges, clock)
        layout.folder.mkdir(parents=True, exist_ok=True)
        _require_no_parts(layout, manifest)
        manifest.save(layout.manifest)
    await fill(
        layout, manifest, lambda wanted: read_ranges(kafka, wanted, names), on_plan(manifest)
    )
    manifest.complete = True
    manifest.finished = clock.now()
    manifest.save(layout.manifest)
    return manifest


async def fill(layout: Layout, manifest: Manifest, source: Source, on_progress: Progress) -> None:
    """Write what is missing of each part, and note in the manifest what it adds up to."""
    behind = 0
    for part in manifest.parts:
        with PartWriter.open(layout.folder / part.file, layout.compression) as writer:
            ranges = {
                (topic.name, found.partition): (found.start, found.end)
                for topic in manifest.topics_of(part)
                for found in topic.partitions
            }
            missing = _missing(ranges, writer.tally)
            passed = {place: missing[place][0] - ranges[place][0] for place in ranges}
            on_progress(behind + sum(passed.values()))
            async for found in source(missing):
                if takes(manifest.asked, found):
                    writer.write(found, exact=manifest.asked.form == "exact")
                passed[found.place] = found.offset + 1 - ranges[found.place][0]
                if found.offset % 500 == 0:
                    on_progress(behind + sum(passed.values()))
        manifest.settle(part, writer.tally)
        behind += sum(end - start for start, end in ranges.values())
        on_progress(behind)


def _missing(ranges: Ranges, tally: Tally) -> Mapping[Place, tuple[int, int]]:
    """What comes after the last line of each partition."""
    following = tally.following
    return {place: (following.get(place, start), end) for place, (start, end) in ranges.items()}


def _planned(
    layout: Layout, asked: Asked, cluster: str, ranges: list[TopicRange], clock: Clock
) -> Manifest:
    if not ranges:
        names = ", ".join(asked.prefix + topic for topic in asked.topics)
        raise RecordingError(f"the broker has none of these topics: {names}")
    files: dict[str, list[str]] = {}
    for topic in ranges:
        files.setdefault(layout.part_of(topic.name), []).append(topic.name)
    return Manifest(
        asked=asked,
        compression=layout.compression,
        cluster=cluster,
        started=clock.now(),
        topics=ranges,
        parts=[Part(file=file, topics=topics) for file, topics in files.items()],
    )


def _cut_off(layout: Layout, asked: Asked, cluster: str) -> Manifest:
    manifest = load_sound(layout)
    if manifest.complete:
        raise RecordingError(
            f"{layout.manifest} is of a complete recording: name another place", "--to"
        )
    if (manifest.asked, manifest.compression) != (asked, layout.compression):
        raise RecordingError(
            f"{layout.manifest} is of a recording of something else: name another place", "--to"
        )
    if manifest.cluster != cluster:
        raise RecordingError(
            f"{layout.manifest} is of the cluster {manifest.cluster}, not of {cluster}", "--to"
        )
    return manifest


def _require_no_parts(layout: Layout, manifest: Manifest) -> None:
    for part in manifest.parts:
        if (layout.folder / part.file).exists():
            raise RecordingError(
                f"{layout.folder / part.file} is there already, without a manifest", "--to"
            )
