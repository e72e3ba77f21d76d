"""The data folder of a stack: whose it is, who runs it, and what runs.

zarbia.json   marker: this folder is ours, its format, the clock of the stack
lock          held while a stack runs (flock)
stack.json    the processes of the running stack, written anew at every change
logs/  kafka/  store/  and what the services keep
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from console.stack.errors import StackError
from console.stack.state import StackState

FORMAT = 2
SYSTEM_CLOCK = "system"
NEEDED_BYTES = 500_000_000


class Marker(msgspec.Struct, frozen=True):
    """What a data folder says of itself. `clock` is `system` or `driven:<ISO instant>`."""

    format: int
    clock: str


class DataFolder:
    """A data folder at `path`, which need not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._marker = self.path / "zarbia.json"
        self._state = self.path / "stack.json"

    def log(self, name: str) -> Path:
        """The log file of a process."""
        return self.path / "logs" / f"{name}.log"

    def claim(self, clock: str | None) -> str:
        """Make the folder ours if it is new, and return the clock that the stack runs by.

        Raises StackError when the folder holds something else, has another format or another clock,
        or when there is no room on its disk.
        """
        if self._marker.exists():
            marker = self._read_marker()
            if clock and clock != marker.clock:
                raise StackError(f"{self.path} runs by the clock {marker.clock}, not by {clock}")
        else:
            self._require_empty()
            marker = Marker(FORMAT, clock or SYSTEM_CLOCK)
        self.path.mkdir(parents=True, exist_ok=True)
        self._require_room()
        write_atomically(self._marker, msgspec.json.encode(marker))
        return marker.clock

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder; raises StackError when another stack holds it."""
        with (self.path / "lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StackError(
                    f"a stack already runs on {self.path}: zarbia status shows it, "
                    "zarbia down stops it"
                ) from None
            yield

    def read_state(self) -> StackState | None:
        """What the last supervisor wrote; None when there is nothing."""
        try:
            return msgspec.json.decode(self._state.read_bytes(), type=StackState)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise StackError(f"{self._state} cannot be read: {error}") from error

    def write_state(self, state: StackState) -> None:
        """Say what runs now."""
        write_atomically(self._state, msgspec.json.format(msgspec.json.encode(state)))

    def forget_state(self) -> None:
        """Nothing runs any more."""
        self._state.unlink(missing_ok=True)

    def _read_marker(self) -> Marker:
        try:
            marker = msgspec.json.decode(self._marker.read_bytes(), type=Marker)
        except msgspec.DecodeError as error:
            raise StackError(
                f"foreign data folder: {self._marker} is not ours ({error})"
            ) from error
        if marker.format != FORMAT:
            raise StackError(
                f"{self.path} has the data format {marker.format}, this version reads {FORMAT}"
            )
        return marker

    def _require_empty(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise StackError(f"foreign data folder: {self.path} is a file")
        if self.path.exists() and any(self.path.iterdir()):
            raise StackError(
                f"foreign data folder: {self.path} is not empty and was not made by zarbia up"
            )

    def _require_room(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < NEEDED_BYTES:
            raise StackError(
                f"the disk of {self.path} is full: {free // 1_000_000} MB free, "
                f"{NEEDED_BYTES // 1_000_000} MB needed"
            )


def write_atomically(file: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace the file as a whole: a reader sees the old content or the new.

    Unless stated it is for its owner alone: the address of a store may hold a password.
    """
    temporary = file.with_name(f".{file.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=mode)
    with temporary.open("wb") as output:
        output.write(content)
        output.flush()
        os.fsync(output.fileno())
    temporary.replace(file)


def explain(error: OSError, path: Path) -> str:
    """One line for an operating system's refusal while a stack on `path` starts."""
    if error.errno == errno.ENOSPC:
        return f"the disk of {path} is full: {error.strerror}"
    return f"{error.filename or path}: {error.strerror or error}"
