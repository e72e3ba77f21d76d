"""A volume that can be filled, for the ledgers of an instance.

The true one is a small file system in memory, in a mount namespace that only the instance sees;
needed is the right to make one. The other is a limit to the size of the process's files, which
needs no right: writing beyond it fails with EFBIG where a full disk fails with ENOSPC.
"""

import errno
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from tests.faults.circumstances import ROOT
from tests.faults.instance import Instance

SIZE = 160 << 20
UNSHARE = ("unshare",)
CHUNKS = (1 << 20, 1 << 12)
LEFT_BYTES = 24 << 10
"""Of the space, at first: a batch then fails in its middle, what comes after at its beginning."""


class Volume(Protocol):
    def fill(self, instance: Instance, /) -> None:
        """Take what space there is; again and again, since some may become free."""

    def free(self, instance: Instance, /) -> None: ...


class SmallFileSystem:
    """Mounted at `at` in the namespace of the process `holder`, and gone with the last in it."""

    def __init__(self, at: Path, holder: int, enter: tuple[str, ...]) -> None:
        self.prefix = ("nsenter", f"--target={holder}", *enter, f"--wd={ROOT}", "--")
        self._filler = Path(f"/proc/{holder}/root{at}/filler")

    def fill(self, _: Instance) -> None:
        is_first = not self._filler.exists()
        for chunk in CHUNKS:
            with suppress_full(), self._filler.open("ab", buffering=0) as filler:
                while filler.write(bytes(chunk)) == chunk:
                    pass
        if is_first:
            os.truncate(self._filler, self._filler.stat().st_size - LEFT_BYTES)

    def free(self, _: Instance) -> None:
        self._filler.unlink()


class FileSizeLimit:
    """Python ignores the signal that comes with it, so that writing fails."""

    def __init__(self) -> None:
        self._allowed = 0

    def fill(self, instance: Instance) -> None:
        largest = max(map(_size, instance.data.rglob("*")))
        self._allowed = self._allowed * 3 // 4 if self._allowed else largest + LEFT_BYTES
        self._limit(instance, self._allowed)

    def free(self, instance: Instance) -> None:
        self._limit(instance, resource.RLIM_INFINITY)

    def _limit(self, instance: Instance, size: int) -> None:
        assert instance.process is not None
        resource.prlimit(
            instance.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY)
        )


@contextmanager
def suppress_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


@contextmanager
def small_file_system(at: Path) -> Iterator[SmallFileSystem]:
    """Raises PermissionError when none may be mounted."""
    at.mkdir(parents=True, exist_ok=True)
    user = () if os.geteuid() == 0 else ("--user",)
    mapped = ("--map-root-user",) if user else ()
    mount = f'mount -t tmpfs -o size={SIZE} tmpfs "$0" && echo there && exec sleep infinity'
    with subprocess.Popen(
        [*UNSHARE, *user, *mapped, "--mount", "sh", "-c", mount, str(at)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stderr is not None
            if holder.stdout.readline() != "there\n":
                raise PermissionError(holder.stderr.read().strip())
            keep = ("--preserve-credentials",) if user else ()
            yield SmallFileSystem(at, holder.pid, (*user, *keep, "--mount"))
        finally:
            with suppress(ProcessLookupError):
                holder.kill()


@contextmanager
def file_size_limit(_: Path) -> Iterator[FileSizeLimit]:
    yield FileSizeLimit()


def _size(path: Path) -> int:
    """In bytes; 0 of one that is gone by now, as the log of a ledger that was closed."""
    with suppress(FileNotFoundError):
        return path.stat().st_size if path.is_file() else 0
    return 0
