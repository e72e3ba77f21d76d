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


class Recording:
    """A recording on the disk."""

    def __init__(self, layout: Layout, manifest: Manifest) -> None:
        self.layout = layout
        self.manifest = manifest

    def records(
        self, *, unverified: bool = False, topics: Collection[str] | None = None
    ) -> Iterator[Record]:
        """All records by timestamp, then topic, partition, offset; each partition in its order.

        Files that hold nothing of the `topics`, where any are named, are not opened.
        `unverified` also gives what was edited, or recorded before a recording was cut off.
        Raises RecordingError naming file, line and reason; what the manifest says of a file is
        compared at the end of the file.
        """
        if not self.manifest.complete and not unverified:
            raise RecordingError(
                f"{self.layout.manifest} is of a recording that was cut off: "
                "the same zarbia record goes on with it"
            )
        parts = (
            self._part(part, unverified=unverified)
            for part in self.manifest.parts
            if topics is None or not set(part.topics).isdisjoint(topics)
        )
        found = heapq.merge(*parts, key=lambda record: record.age)
        return (record for record in found if topics is None or record.topic in topics)

    def check(self, on_progress: Callable[[int], None] = lambda _: None) -> None:
        """Read it to its end. Raises as `records` does."""
        for number, _ in enumerate(self.records(), 1):
            if number % 500 == 0:
                on_progress(number)

    def _part(self, part: Part, *, unverified: bool) -> Iterator[Record]:
        path = self.layout.folder / part.file
        if not path.is_file():
            if unverified and not self.manifest.complete:
                return
            raise RecordingError(f"{path} is {'no file' if path.exists() else 'missing'}")
        tally = Tally()
        try:
            yield from read_lines(path, self.manifest.compression, tally)
        except CutOffError:
            if not unverified:
                raise
        wrong = [] if unverified else self.manifest.differences(part, tally)
        if wrong:
            raise RecordingError(f"{path} is not what was recorded: {'; '.join(wrong)}")


def open_recording(path: Path) -> Recording:
    """The recording in a folder or file. Raises RecordingError when there is none."""
    layout = layout_of(path)
    return Recording(layout, load_sound(layout))


def read(path: Path) -> Iterator[Record]:
    """The records of a recording, verified; see `Recording.records`."""
    return open_recording(path).records()
