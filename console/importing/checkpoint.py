"""How far an import came, so that the same command goes on where it was cut off."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from console.importing.outcome import Tally


class CheckpointError(Exception):
    """How far the import came cannot be read."""


@dataclass(slots=True)
class Checkpoint:
    """`run` makes the idempotency keys of one import: what is sent twice is carried out once.

    `line` is the last line of the customs file whose outcome is in `tally` and in the file of
    rejects, which is `rejects_bytes` long.
    """

    path: Path
    run: str
    line: int = 0
    rejects_bytes: int = 0
    tally: Tally = field(default_factory=Tally)
    resumed: bool = False

    @classmethod
    def open(cls, folder: Path, customs_file: Path, options: dict[str, str]) -> Self:
        """The checkpoint of this file under these options, or a new one.

        Raises:
            CheckpointError: there is one that was not written whole, as after a power cut.
        """
        path = folder / "imports" / f"{_identity(customs_file, options)}.json"
        if path.exists():
            return cls._read(path)
        return cls(path, secrets.token_hex(8))

    @classmethod
    def _read(cls, path: Path) -> Self:
        try:
            plain: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            tally = Tally.from_json(plain["tally"])
            return cls(
                path, plain["run"], plain["line"], plain["rejects_bytes"], tally, resumed=True
            )
        except (ValueError, KeyError) as error:
            raise CheckpointError(
                f"{path} is damaged: remove it to import the file from its start, "
                "which changes no figure"
            ) from error

    def save(self) -> None:
        """Replace the file on disk as a whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        plain = {
            "run": self.run,
            "line": self.line,
            "rejects_bytes": self.rejects_bytes,
            "tally": self.tally.as_json(),
        }
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(plain), encoding="utf-8")
        new.replace(self.path)

    def finish(self) -> None:
        """The import is complete: the next one of this file is a new run."""
        self.path.unlink(missing_ok=True)


def _identity(customs_file: Path, options: dict[str, str]) -> str:
    digest = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
    with customs_file.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()[:24]
