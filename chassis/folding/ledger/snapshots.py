"""Snapshots of a ledger: where they lie, what they say of themselves, whether they are sound.

Each is a folder named by a number, the newest by the largest: the database, the files of the state
store, and a manifest. One that is being made has another name until all of it is on the disk.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from hashlib import file_digest
from pathlib import Path

import msgspec

from chassis.folding.fold import Fold
from chassis.folding.ledger.identity import LastRecord
from chassis.folding.ledger.logs import LogId
from chassis.folding.ledger.store import Input, Ledger

MANIFEST, DATABASE, STATES = "manifest.json", "ledger.sqlite", "states"
FORMAT = 1
SHARED_SUFFIX = ".sst"
"""Such files of a state store never change once they are written."""


class UnsoundSnapshotError(Exception):
    """A snapshot is damaged, or not whole."""


class FileFacts(msgspec.Struct, frozen=True):
    """Its size in bytes, and the SHA-256 of them."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "FileFacts":
        with path.open("rb") as file:
            return cls(path.stat().st_size, file_digest(file, "sha256").hexdigest())


class FoldedInput(msgspec.Struct, frozen=True):
    """How far a topic was folded, as the ledger has it; `log` is its cluster, and its id there."""

    next_offset: int
    closed_through: date | None
    last: tuple[int, bytes] | None
    log: tuple[str, str] | None

    def as_input(self) -> Input:
        last = self.last and LastRecord(*self.last)
        return Input(self.next_offset, self.closed_through, last)


class Manifest(msgspec.Struct, frozen=True):
    """What a snapshot is of. `files` are by their path in it; there are none while it is made."""

    format: int
    fold: str
    fingerprint: str
    generation: int
    partition: int
    batch: int
    topics: dict[str, FoldedInput]
    files: dict[str, FileFacts]

    @classmethod
    def of(cls, ledger: Ledger) -> "Manifest":
        topics = {
            topic: FoldedInput(
                input_.next_offset,
                input_.closed_through,
                input_.last and (input_.last.offset, input_.last.hash),
                ledger.logs.get(topic),
            )
            for topic, input_ in ledger.inputs.items()
        }
        fold = ledger.fold
        return cls(
            FORMAT,
            fold.name,
            fold.fingerprint,
            ledger.generation,
            ledger.partition,
            ledger.batch,
            topics,
            {},
        )

    def is_of(self, fold: Fold, generation: int, partition: int) -> bool:
        """Whether it is of this partition of this very fold."""
        wanted = (FORMAT, fold.name, fold.fingerprint, generation, partition)
        found = (self.format, self.fold, self.fingerprint, self.generation, self.partition)
        return found == wanted

    @property
    def records(self) -> int:
        """How many records were folded."""
        return sum(topic.next_offset for topic in self.topics.values())

    @property
    def inputs(self) -> Mapping[str, Input]:
        return {name: topic.as_input() for name, topic in self.topics.items()}

    @property
    def logs(self) -> Mapping[str, LogId]:
        return {name: LogId(*topic.log) for name, topic in self.topics.items() if topic.log}


def folder_of(ledger: Path) -> Path:
    """Where the snapshots of a ledger lie: its own path, or one like it on another disk."""
    return ledger.with_suffix(".snapshots")


def numbered(folder: Path) -> list[Path]:
    """The snapshots there, the newest first."""
    if not folder.exists():
        return []
    return sorted(
        (each for each in folder.iterdir() if each.name.isdecimal()),
        key=lambda each: int(each.name),
        reverse=True,
    )


def next_to(folder: Path) -> Path:
    """The name that the next one is to have."""
    newest = next(iter(numbered(folder)), None)
    return folder / f"{1 + int(newest.name if newest else 0):06d}"


def prune(folder: Path, kept: int) -> None:
    """Remove all but the newest, and what was left in the middle of being made."""
    newest = set(numbered(folder)[:kept])
    for each in folder.iterdir():
        if each not in newest:
            shutil.rmtree(each)


def manifest_of(snapshot: Path) -> Manifest:
    """Raises: UnsoundSnapshotError."""
    try:
        return msgspec.json.decode((snapshot / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise UnsoundSnapshotError(f"{snapshot}: no manifest: {error}") from error


def files_in(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def facts_of(folder: Path, look: Callable[[], object] = lambda: None) -> dict[str, FileFacts]:
    """All of its files, but the manifest, by their path in it. `look` is called before each."""
    found: dict[str, FileFacts] = {}
    for path in files_in(folder):
        look()
        if path.name != MANIFEST:
            found[path.relative_to(folder).as_posix()] = FileFacts.of(path)
    return found


def require_sound(folder: Path, manifest: Manifest) -> None:
    """Raises: UnsoundSnapshotError naming what is not as it was."""
    found, said = facts_of(folder), manifest.files
    wrong = sorted(name for name in found | said if found.get(name) != said.get(name))
    if wrong:
        raise UnsoundSnapshotError(f"{folder}: not as they were: {', '.join(wrong)}")


def link_or_copy(file: Path, to: Path) -> None:
    """A file that never changes is shared where the disk is the same; the others are copied."""
    if file.suffix == SHARED_SUFFIX:
        try:
            os.link(file, to)
        except OSError:
            pass  # another disk, or one that knows no links
        else:
            return
    shutil.copy2(file, to)


def sync(path: Path) -> None:
    """Have the disk hold a file or the names in a folder."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def sync_all(folder: Path) -> None:
    """Have the disk hold all that is in it."""
    for path in (*sorted(folder.rglob("*")), folder):
        sync(path)
