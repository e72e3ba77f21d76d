"""A MongoDB-protocol server over SQLite files in a folder, for one machine and for evaluation.

mongo-java-server with a backend of our own, whose source lies in `java/`: the one that it comes
with keeps documents and keys as serialised Java objects, which is slow, and its file format lost
data. The backend is compiled the first time and kept beside the jars.

Run as `python -m console.stack.document_store --path FOLDER --port PORT`; this process becomes the
Java machine. SIGTERM or SIGINT stops it cleanly.
"""

import argparse
import hashlib
import os
import platform
import sys
import tempfile
import zipfile
from pathlib import Path

from console.stack.errors import StackError
from console.stack.java import compile_java, java_command
from console.stack.pins import cache_folder, classpath

HEAP = "512m"
SOURCES = Path(__file__).with_name("java")
SQLITE = "libsqlitejdbc.so"


def ensure_backend() -> Path:
    """The folder with the compiled backend and the native SQLite, made if it is not there yet.

    Raises StackError when the jars are not there or the backend cannot be compiled.
    """
    sources = sorted(SOURCES.rglob("*.java"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    target = cache_folder() / f"backend-{digest[:16]}"
    if target.exists():
        return target
    # It gets its name only when it is whole; of two that do this at once, the second gives way.
    with tempfile.TemporaryDirectory(prefix=".backend-", dir=target.parent) as staging:
        built = Path(staging) / target.name
        compile_java(sources, classpath("store"), built)
        _extract_sqlite(built)
        try:
            built.rename(target)
        except OSError:
            if not target.exists():
                raise
    return target


def _extract_sqlite(target: Path) -> None:
    """Once, or else SQLite's driver leaves a copy behind at each start that is killed."""
    (jar,) = (Path(jar) for jar in classpath("store").split(":") if "sqlite-jdbc" in jar)
    member = f"org/sqlite/native/Linux/{platform.machine()}/{SQLITE}"
    with zipfile.ZipFile(jar) as archive:
        if member in archive.namelist():  # elsewhere the driver helps itself
            (target / SQLITE).write_bytes(archive.read(member))


def prepare(folder: Path, port: int) -> list[str]:
    """The command line of the server. Raises StackError when it cannot be started on `folder`."""
    if folder.is_file() or any(folder.glob("*.mv")):
        raise StackError(f"{folder} holds a store of an older format: remove it to start afresh")
    folder.mkdir(parents=True, exist_ok=True)
    backend = ensure_backend()
    return java_command(
        folder / "java.options",
        f"{backend}:{classpath('store')}",
        HEAP,
        "zarbia.store.Main",
        str(folder),
        str(port),
        options=[f"-Dorg.sqlite.lib.path={backend}", f"-Dorg.sqlite.lib.name={SQLITE}"],
    )


def main() -> None:
    """Serve until a stop signal comes."""
    parser = argparse.ArgumentParser(prog="python -m console.stack.document_store")
    parser.add_argument("--path", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    try:
        command = prepare(arguments.path, arguments.port)
    except (StackError, OSError) as error:
        sys.exit(f"the document store cannot start: {error}")
    os.execv(command[0], command)  # noqa: S606 - a command of our own


if __name__ == "__main__":
    main()
