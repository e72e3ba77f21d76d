"""The records of a recording, in one order, held against its manifest."""

import heapq
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from console.recording.errors import CutOffError, RecordingError
from console.recording.layout import Layout, layout_of
from console.recording.manifest import Manifest, Part
from console.recording.part import read_lines
from console.recording.record import Record
from console.recording.soundness import load_sound
from console.recording.tally import Tally

OnLoss = Callable[[str], None]


class Recording:
    """A recording on the disk."""

    def __init__(self, layout: Layout, manifest: Manifest) -> None:
        self.layout = layout
        self.manifest = manifest

    def records(
        self,
        *,
        unverified: bool = False,
        topics: Collection[str] | None = None,
        on_loss: OnLoss = lambda _: None,
    ) -> Iterator[Record]:
        """All records by timestamp, then topic, partition, offset; each partition in its order.

        Files that hold nothing of the `topics`, where any are named, are not opened.
        `unverified` also gives what was edited, recorded before a recording was cut off, or stands
        before damage in a file; `on_loss` is told in a line what is missing then.
        Raises RecordingError naming file, line and reason; what the manifest says of a file is
        compared at the end of the file.
        """
        if not self.manifest.complete:
            cut_off = f"{self.layout.manifest} is of a recording that was cut off"
            if not unverified:
                raise RecordingError(f"{cut_off}: the same zarbia record goes on with it")
            on_loss(f"{cut_off}: how many records are missing is not known")
        parts = (
            self._part(part, on_loss if unverified else None)
            for part in self.manifest.parts
            if topics is None or not set(part.topics).isdisjoint(topics)
        )
        found = heapq.merge(*parts, key=lambda record: record.age)
        return (record for record in found if topics is None or record.topic in topics)

    def where(self, record: Record) -> str:
        """File and line of a record, for people."""
        (part,) = (part for part in self.manifest.parts if record.topic in part.topics)
        path = self.layout.folder / part.file
        lines = read_lines(path, self.manifest.compression, Tally())
        for number, found in enumerate(lines, 1):
            if (found.place, found.offset) == (record.place, record.offset):
                return f"{path}, line {number}"
        return str(path)

    def check(self, on_progress: Callable[[int], None] = lambda _: None) -> None:
        """Read it to its end. Raises as `records` does."""
        for number, _ in enumerate(self.records(), 1):
            if number % 500 == 0:
                on_progress(number)

    def _part(self, part: Part, on_loss: OnLoss | None) -> Iterator[Record]:
        """The lines of a file; with `on_loss`, also of one that is not what was recorded."""
        path = self.layout.folder / part.file
        if not path.is_file():
            if on_loss and not self.manifest.complete:
                return
            raise RecordingError(f"{path} is {'no file' if path.exists() else 'missing'}")
        tally, why = Tally(), f"{path} holds fewer lines than were recorded"
        places = {
            (topic.name, found.partition)
            for topic in self.manifest.topics_of(part)
            for found in topic.partitions
        }
        cut_off = False
        try:
            yield from read_lines(path, self.manifest.compression, tally, places)
        except CutOffError as error:
            if not on_loss:
                raise
            cut_off, why = True, str(error)
        if not on_loss:
            if wrong := self.manifest.differences(part, tally):
                raise RecordingError(f"{path} is not what was recorded: {'; '.join(wrong)}")
        elif cut_off or tally.lines < part.lines:
            of = f" of {part.lines:,}" if self.manifest.complete else ""
            on_loss(f"{why}: {tally.lines:,}{of} records were read")


def open_recording(path: Path) -> Recording:
    """The recording in a folder or file. Raises RecordingError when there is none."""
    layout = layout_of(path)
    return Recording(layout, load_sound(layout))


def read(path: Path) -> Iterator[Record]:
    """The records of a recording, verified; see `Recording.records`."""
    return open_recording(path).records()
