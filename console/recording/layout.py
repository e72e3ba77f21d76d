"""Where the files of a recording stand: a folder with a file a topic, or one file."""

from dataclasses import dataclass
from pathlib import Path

from console.recording.errors import RecordingError
from console.recording.frames import Compression

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Layout:
    """`file` is the name of the one file of lines, or None for a file a topic."""

    folder: Path
    file: str | None
    compression: Compression

    @property
    def manifest(self) -> Path:
        return self.folder / (f"{self.file}.{MANIFEST}" if self.file else MANIFEST)

    def part_of(self, topic: str) -> str:
        """The name of the file of a topic."""
        return self.file or topic + self.compression.suffix


def layout_for(path: Path, compression: Compression | None) -> Layout:
    """Where a recording is to be written: the suffix tells file from folder, and how to compress.

    Raises RecordingError when suffix and compression contradict each other.
    """
    stated = _by_suffix(path)
    if stated is None or path.is_dir():
        return Layout(path, None, compression or Compression.ZSTD)
    if compression not in {None, stated}:
        raise RecordingError(f"{path.name} asks for {stated}, not {compression}", "--compress")
    return Layout(path.parent, path.name, stated)


def layout_of(path: Path) -> Layout:
    """Where a recording stands. Raises RecordingError when there is none."""
    compression = _by_suffix(path)
    if compression is None or path.is_dir():
        found = Layout(path, None, Compression.ZSTD)
    else:
        found = Layout(path.parent, path.name, compression)
    if not found.manifest.is_file():
        raise RecordingError(f"{path} is no recording: there is no {found.manifest}")
    return found


def _by_suffix(path: Path) -> Compression | None:
    return next((c for c in Compression if path.name.endswith(c.suffix)), None)
