"""The list of jars of the embedded stack, and where they lie once fetched.

`jars.sha256` beside this file names each as `sha256  set/repository/path`.
"""

import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import NamedTuple

PINS_FILE = Path(__file__).with_name("jars.sha256")


class Pin(NamedTuple):
    """One jar: its path in a Maven repository, the set that uses it, the SHA-256 it must have."""

    sha256: str
    jar_set: str
    path: PurePosixPath

    @property
    def file(self) -> PurePosixPath:
        """Where the jar lies below the cache folder."""
        return PurePosixPath(self.jar_set) / self.path


def read_pins(file: Path = PINS_FILE) -> list[Pin]:
    """The committed list, in its order."""
    pins = []
    for line in file.read_text(encoding="utf-8").splitlines():
        sha256, _, name = line.partition("  ")
        jar_set, _, path = name.partition("/")
        pins.append(Pin(sha256, jar_set, PurePosixPath(path)))
    return pins


def cache_folder(file: Path = PINS_FILE) -> Path:
    """The per-user folder of exactly these jars; another list of pins has another folder."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "zarbia" / "jars" / hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def classpath(jar_set: str, pins_file: Path = PINS_FILE) -> str:
    """The Java class path of a set of jars that `ensure_jars` has fetched."""
    folder = cache_folder(pins_file)
    return ":".join(str(folder / p.file) for p in read_pins(pins_file) if p.jar_set == jar_set)
