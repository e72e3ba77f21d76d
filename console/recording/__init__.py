"""Streams of records in files: recorded from topics, read, and replayed into a sandbox."""

from console.recording.errors import RecordingError
from console.recording.manifest import Manifest
from console.recording.reading import Recording, open_recording, read
from console.recording.record import Record

__all__ = ["Manifest", "Record", "Recording", "RecordingError", "open_recording", "read"]
